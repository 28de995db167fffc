/** The vector of a query for somebody who waits for the answer: if the model is known to fail or hang, that is reported at once. */
import type { Embedder } from "../../core/embedder.ts";

/** How often it is looked how the model is. */
const lookAfterMs = 250;

/**
 * Waits as long as the model may still answer soon, and while it is loading; only {@link Embedder.state} knows what is too long for it.
 * Throws `embedding_failed`, `cancelled`.
 */
export async function promptQuery(embedder: Embedder, text: string, signal?: AbortSignal): Promise<Float32Array> {
  const { state } = embedder;
  if (state === undefined) return await embedder.embedQuery(text, signal);
  const leaving = new AbortController();
  const embedding = embedder.embedQuery(text, signal === undefined ? leaving.signal : AbortSignal.any([signal, leaving.signal]));
  let looking: NodeJS.Timeout | undefined;
  const failing = new Promise<never>((_, reject) => {
    looking = setInterval(() => {
      const fault = embedder.state?.fault;
      if (fault !== undefined) reject(fault);
    }, lookAfterMs).unref();
  });
  try {
    return await Promise.race([embedding, failing]);
  } catch (error) {
    // Nobody waits for it any more.
    leaving.abort();
    embedding.catch(() => undefined);
    throw error;
  } finally {
    clearInterval(looking);
  }
}
