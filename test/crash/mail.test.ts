/** A process that sends mail is killed at each step: nobody gets a day's mail twice, and nobody is forgotten. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { SMTPServer } from "smtp-server";
import { expect, it } from "vitest";
import { HashingEmbedder } from "../../src/embedding/hashing-embedder.ts";
import { Engine } from "../../src/engine/engine.ts";
import { LocalLibrary } from "../../src/storage/local/local-library.ts";
import { makeTemporaryFolder } from "../contract/temporary-folder.ts";

const child = fileURLToPath(new URL("../../scripts/bench/child-deliver.mjs", import.meta.url));
const due = Date.parse("2026-03-02T07:00:00Z");

type Step = "connected" | "recipient" | "in DATA" | "taken";
const cases: readonly [Step, "sent" | "unknown", string][] = [
  ["connected", "sent", "is sent by the next process"],
  ["recipient", "sent", "is sent by the next process"],
  ["in DATA", "unknown", "is shown as unknown, and not repeated"],
  ["taken", "unknown", "is shown as unknown, and not repeated"],
];

it.each(cases)("a mail whose process is killed when the server is at “%s” ends as %s: it %s", async (step, state) => {
  const folder = await makeTemporaryFolder();
  let taken = 0;
  let sender: ReturnType<typeof spawn> | undefined;
  let killed = 0;
  /** Once; the server answers only when the process is gone. */
  const at = async (here: Step): Promise<void> => {
    if (here !== step || killed > 0 || sender === undefined) return;
    killed++;
    const ended = once(sender, "exit");
    sender.kill("SIGKILL");
    await ended;
  };
  const server = new SMTPServer({
    authOptional: true,
    disableReverseLookup: true,
    disabledCommands: ["STARTTLS"],
    onConnect: (_session, done) => void at("connected").then(() => done()),
    onRcptTo: (_address, _session, done) => void at("recipient").then(() => done()),
    onData: (stream, _session, done) => {
      stream.on("error", () => undefined);
      stream.once("data", () => void at("in DATA"));
      stream.on("end", () => {
        taken++;
        void at("taken").then(() => done());
      });
    },
  });
  server.on("error", () => undefined);
  try {
    server.listen(0, "127.0.0.1");
    await once(server.server, "listening");
    const address = server.server.address();
    const port = typeof address === "object" ? address?.port : undefined;
    const open = () => LocalLibrary.open({ folder: folder.path, create: true, maintain: false });
    const engine = new Engine(await open(), new HashingEmbedder(), { now: () => new Date(due - 12 * 3_600_000) });
    const wanted = { channel: "mail", kind: "trending", weekdays: [1], hour: 7, timeZone: "UTC", wantsEmpty: true } as const;
    await engine.digests.subscribe("me", { ...wanted, address: "ada@example.org" }, true);
    await engine.close();
    for (const hours of [0, 1, 2]) {
      const now = due + hours * 3_600_000;
      sender = spawn(process.execPath, [child, JSON.stringify({ folder: folder.path, port, now, silenceMs: 10_000 })], {
        stdio: "inherit",
      });
      const [code, signal] = await once(sender, "exit");
      expect([code, signal]).toEqual(hours === 0 ? [null, "SIGKILL"] : [0, null]);
    }
    const library = await open();
    expect(await library.delivery.deliveries()).toMatchObject([{ state, date: "2026-03-02" }]);
    await library.close();
    expect(killed).toBe(1);
    // Sent mail was accepted once; mail of unknown state at most once.
    expect(taken).toBeLessThanOrEqual(1);
    if (state === "sent") expect(taken).toBe(1);
  } finally {
    await new Promise<void>((resolve) => server.close(() => resolve()));
    await folder.remove();
  }
});
