/** Puts bytes that were already read back in front of the rest. */
export async function* startingWith(seen: readonly Uint8Array[], rest: AsyncIterator<Uint8Array>): AsyncIterable<Uint8Array> {
  try {
    yield* seen;
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
  } finally {
    // Closes the input if the caller stops early.
    await rest.return?.();
  }
}
