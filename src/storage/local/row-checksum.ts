/**
 * Checksums of a row's values, since SQLite has none of its pages: FNV-1a over 32-bit words. Each step is invertible, so a change within
 * one word is always detected, and others are missed once in 4 billion.
 */

const [offset, prime] = [0x811c9dc5, 0x01000193];

export function checksumOfText(text: string): number {
  let sum = offset;
  for (let at = 0; at < text.length; at++) sum = Math.imul(sum ^ text.charCodeAt(at), prime);
  return sum | 0;
}

export function checksumOfBytes(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const whole = bytes.byteLength - (bytes.byteLength % 4);
  let sum = Math.imul(offset ^ bytes.byteLength, prime);
  for (let at = 0; at < whole; at += 4) sum = Math.imul(sum ^ view.getInt32(at, true), prime);
  for (let at = whole; at < bytes.byteLength; at++) sum = Math.imul(sum ^ (bytes[at] ?? 0), prime);
  return sum | 0;
}

/** Checksum of values in a fixed order. */
export function checksumOfRow(values: readonly (string | number | null)[]): number {
  return checksumOfText(JSON.stringify(values));
}

/** How to repair a damaged row of personal data. */
export const mendPersonal =
  "Restore the library from a backup, or let `paperkin verify --repair` remove it: picks are made again, interests and subscriptions must be added again, and a message of the outbox counts as `unknown`.";

/** @param stored null in rows from before there were checksums, which cannot be checked. */
export function agrees(stored: number | null, actual: number): boolean {
  return stored === null || stored === actual;
}
