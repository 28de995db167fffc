/**
 * Checksums of what a row holds, since SQLite has none of its pages: FNV-1a over words of 32 bits. Each step is
 * reversible, so that a difference within one word never goes unseen, and others do once in 4 billion.
 */
const [offset, prime] = [0x811c9dc5, 0x01000193];
export function checksumOfText(text) {
    let sum = offset;
    for (let at = 0; at < text.length; at++)
        sum = Math.imul(sum ^ text.charCodeAt(at), prime);
    return sum | 0;
}
export function checksumOfBytes(bytes) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const whole = bytes.byteLength - (bytes.byteLength % 4);
    let sum = Math.imul(offset ^ bytes.byteLength, prime);
    for (let at = 0; at < whole; at += 4)
        sum = Math.imul(sum ^ view.getInt32(at, true), prime);
    for (let at = whole; at < bytes.byteLength; at++)
        sum = Math.imul(sum ^ (bytes[at] ?? 0), prime);
    return sum | 0;
}
/** Of values in an order that stays the same. */
export function checksumOfRow(values) {
    return checksumOfText(JSON.stringify(values));
}
/** What to do about a row of a person's that does not agree. */
export const mendPersonal = "Restore the library from a backup, or have `paperkin verify --repair` take it away: picks are made again, interests and subscriptions are to be added again, and a message of the outbox counts as `unknown`.";
/** @param stored null in rows of a time before there were any, which say nothing. */
export function agrees(stored, actual) {
    return stored === null || stored === actual;
}
//# sourceMappingURL=row-checksum.js.map