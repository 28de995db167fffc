/** What the process that checks a library says, as it arrives. */
import { expect, it } from "vitest";
import { verifyApart } from "../../../src/engine/verify-apart.ts";

it("reads findings whole whose characters arrive in pieces", async () => {
  const finding = { check: "papers", state: "damaged", detail: "„Ü“ is not as it was stored" };
  const program = `
    const bytes = Buffer.from(${JSON.stringify(`${JSON.stringify(finding)}\n`)});
    process.stdout.write(bytes.subarray(0, bytes.indexOf("Ü") + 1));
    setTimeout(() => process.stdout.write(bytes.subarray(bytes.indexOf("Ü") + 1)), 200);
  `;
  expect(await verifyApart(["-e", program], new AbortController().signal)).toEqual([finding]);
});
