/** What the process that checks a library reports, as it arrives. */
import { expect, it } from "vitest";
import { childEnvironment } from "../../../../src/config.ts";
import { verifyApart } from "../../../../src/engine/upkeep/verify-apart.ts";

it("findings are read whole even if their characters arrive in pieces", async () => {
  const finding = { check: "papers", state: "damaged", detail: "„Ü“ is not as it was stored" };
  const program = `
    const bytes = Buffer.from(${JSON.stringify(`${JSON.stringify(finding)}\n`)});
    process.stdout.write(bytes.subarray(0, bytes.indexOf("Ü") + 1));
    setTimeout(() => process.stdout.write(bytes.subarray(bytes.indexOf("Ü") + 1)), 200);
  `;
  expect(await verifyApart(["-e", program], new AbortController().signal)).toEqual([finding]);
});

it.each(["", JSON.stringify({ check: "papers", state: "ok", detail: "" })])(
  "output of a killed process is not taken for complete (%j)",
  async (said) => {
    const program = `process.stdout.write(${JSON.stringify(`${said}\n`)}, () => process.kill(process.pid, "SIGKILL"));`;
    await expect(verifyApart(["-e", program], new AbortController().signal)).rejects.toMatchObject({
      code: "internal",
      message: "The library could not be checked: the process that does it ended (SIGKILL).",
    });
  },
);

it("the process gets a channel whose end tells it that this process was killed", async () => {
  const program = 'console.log(JSON.stringify({ check: "all", state: "ok", detail: String(process.connected) }))';
  expect(await verifyApart(["-e", program], new AbortController().signal)).toMatchObject([{ detail: "true" }]);
});

it("the process runs with the given environment", async () => {
  const program = 'console.log(JSON.stringify({ check: "all", state: "ok", detail: process.env.PAPERKIN_RECALL_TARGET }))';
  const environment = childEnvironment({ recallTarget: 0.9 });
  expect(await verifyApart(["-e", program], new AbortController().signal, environment)).toMatchObject([{ detail: "0.9" }]);
});
