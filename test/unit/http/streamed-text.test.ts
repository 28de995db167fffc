/** A body that is made while it is sent, and fails. */
import { expect, it } from "vitest";
import { type Outgoing, streamedText } from "../../../src/http/streamed-text.ts";

async function* failing() {
  yield "one";
  yield "two";
  throw new Error("the rest is lost");
}

function response({ headersSent = true } = {}) {
  const waiting: (() => void)[] = [];
  const outgoing = {
    headersSent,
    destroyed: false,
    write: (_chunk: string, onSent: () => void) => waiting.push(onSent),
    once: (_event: "close", listener: () => void) => waiting.push(listener),
  };
  return { outgoing: outgoing satisfies Outgoing, waiting };
}

/** Reads to the end. */
function taken(stream: ReadableStream<Uint8Array>) {
  const state = { text: "", end: undefined as unknown };
  const reading = (async () => {
    for await (const bytes of stream) state.text += new TextDecoder().decode(bytes);
  })().catch((error: unknown) => {
    state.end = error;
  });
  return { state, reading };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

it.each(["what was made before has been sent", "the client has disconnected"])("breaks off only when %s", async (which) => {
  const { outgoing, waiting } = response({ headersSent: false });
  const { state, reading } = taken(streamedText(failing(), outgoing));
  for (let at = 0; at < 10; at++) await turn();
  expect([state, waiting.length]).toEqual([{ text: "onetwo", end: undefined }, 0]);
  outgoing.headersSent = true;
  while (waiting.length === 0) await turn();
  expect(state.end).toBeUndefined();
  waiting[which.startsWith("the client") ? 0 : 1]?.();
  await reading;
  expect(state.end).toMatchObject({ message: "the rest is lost" });
});

it("ends at once if the client has disconnected before the failure, and makes nothing more", async () => {
  const { outgoing, waiting } = response();
  outgoing.destroyed = true;
  const { state, reading } = taken(streamedText(failing(), outgoing));
  await reading;
  expect([state.text, waiting]).toEqual(["onetwo", []]);
  let made = 0;
  const endless = async function* () {
    for (;;) yield String(made++);
  };
  const reader = streamedText(endless(), undefined).getReader();
  await reader.read();
  await reader.cancel();
  expect(made).toBe(1);
});
