/** Bytes that were looked at, put back before those that are still to come. */
export async function* startingWith(seen: readonly Uint8Array[], rest: AsyncIterator<Uint8Array>): AsyncIterable<Uint8Array> {
  try {
    yield* seen;
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
  } finally {
    // Whoever stops early lets go of what is open behind it.
    await rest.return?.();
  }
}
