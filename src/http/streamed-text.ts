/** A response body of text that is made while it is sent. */
import { setImmediate as turn } from "node:timers/promises";

/** As much of Node's response as is used here. */
export interface Outgoing {
  readonly headersSent: boolean;
  readonly destroyed: boolean;
  write(chunk: string, onSent: () => void): unknown;
  once(event: "close", listener: () => void): unknown;
}

/**
 * Each piece is made when the one before has been taken. If that fails, the body breaks off, which discards what Node has not sent yet:
 * therefore only once everything before has been sent, or the client has disconnected.
 */
export function streamedText(pieces: AsyncIterable<string>, outgoing: Outgoing | undefined): ReadableStream<Uint8Array> {
  const iterator = pieces[Symbol.asyncIterator]();
  const encoder = new TextEncoder();
  return new ReadableStream(
    {
      async pull(controller) {
        try {
          const { done, value } = await iterator.next();
          if (done === true) controller.close();
          else controller.enqueue(encoder.encode(value));
        } catch (error) {
          if (outgoing !== undefined) await allSent(outgoing);
          throw error;
        }
      },
      async cancel() {
        await iterator.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}

async function allSent(outgoing: Outgoing): Promise<void> {
  // The server takes the first pieces before it sends the header.
  while (!outgoing.headersSent && !outgoing.destroyed) await turn();
  if (outgoing.destroyed) return;
  await new Promise<void>((resolve) => {
    outgoing.once("close", resolve);
    outgoing.write("", resolve);
  });
}
