/**
 * Decodes bytes to text, in blocks that end at line ends, at constant memory. Formats that consist of lines and entries are read from
 * these.
 */

/** A longer record cannot be a paper, and must not fill the memory. In UTF-16 units. */
export const longestRecord = 4 * 1024 * 1024;

/** Why a record that is longer than {@link longestRecord} is refused. */
export const tooLongReason = `the record is longer than ${longestRecord / 1024 / 1024} MiB`;

/** Bytes that are decoded at once. */
const pieceBytes = 64 * 1024;

/**
 * Text without a byte order mark, in which every line ends with a line feed. A block ends with one, except for the last block, and blocks
 * cut out of a line that is longer than a block.
 */
export async function* readTextBlocks(bytes: AsyncIterable<Uint8Array>): AsyncIterable<string> {
  const decoder = new TextDecoder("utf-8");
  let held = "";
  let endsInReturn = false;
  const take = (decoded: string): string | undefined => {
    // A carriage return at the end may be half of a line break.
    let text = endsInReturn ? `\r${decoded}` : decoded;
    endsInReturn = text.endsWith("\r");
    if (endsInReturn) text = text.slice(0, -1);
    if (text.includes("\r")) text = text.replaceAll("\r\n", "\n").replaceAll("\r", "\n");
    const end = text.lastIndexOf("\n") + 1;
    if (end === 0 && held.length + text.length < pieceBytes) {
      held += text;
      return undefined;
    }
    const block = end === 0 ? held + text : held + text.slice(0, end);
    held = end === 0 ? "" : text.slice(end);
    return block;
  };
  try {
    for await (const chunk of bytes) {
      for (let at = 0; at < chunk.length; at += pieceBytes) {
        const block = take(decoder.decode(chunk.subarray(at, at + pieceBytes), { stream: true }));
        if (block !== undefined) yield block;
      }
    }
  } catch (fault) {
    // A line without an end may contain complete records.
    if (held !== "") yield held;
    throw fault;
  }
  const last = take(decoder.decode()) ?? "";
  const rest = last + held + (endsInReturn ? "\n" : "");
  if (rest !== "") yield rest;
}
