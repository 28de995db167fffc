/** Decodes text in any of the encodings that occur in files to UTF-8, which formats read. */

/** Bytes that are examined to detect the encoding. */
const headBytes = 64 * 1024;

/**
 * The encoding of a text: by its byte order mark, by the declaration of an XML or BibTeX file, or by the zeros of UTF-16; otherwise UTF-8
 * if the bytes are valid UTF-8, else Windows-1252 (which includes Latin-1).
 */
export function detectEncoding(head: Uint8Array): string {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return "utf-8";
  if (head[0] === 0xff && head[1] === 0xfe) return "utf-16le";
  if (head[0] === 0xfe && head[1] === 0xff) return "utf-16be";
  const zeros = [0, 0];
  for (let at = 0; at < head.length; at++) if (head[at] === 0) zeros[at % 2] = (zeros[at % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  // UTF-16 text in a Latin script has a zero in every second byte.
  if (odd > head.length / 8 && odd > 4 * even) return "utf-16le";
  if (even > head.length / 8 && even > 4 * odd) return "utf-16be";
  const declared = declaredEncoding(Buffer.from(head.subarray(0, 1024)).toString("latin1"));
  if (declared !== undefined) return declared;
  return isUtf8(head) ? "utf-8" : "windows-1252";
}

function declaredEncoding(start: string): string | undefined {
  const name = /^\s*<\?xml[^>]*\bencoding\s*=\s*["']([\w.:-]+)["']/i.exec(start)?.[1] ?? /^%\s*encoding:\s*([\w.:-]+)/im.exec(start)?.[1];
  if (name === undefined) return undefined;
  try {
    const { encoding } = new TextDecoder(name);
    // A declaration that could be read as ASCII is not in UTF-16, whatever it says.
    return encoding.startsWith("utf-16") ? "utf-8" : encoding;
  } catch {
    return undefined;
  }
}

function isUtf8(head: Uint8Array): boolean {
  try {
    // In stream mode, because a character that is cut at the end of the head is not an error.
    new TextDecoder("utf-8", { fatal: true }).decode(head, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/** The same text as UTF-8 without a byte order mark, at constant memory. */
export async function* toUtf8(bytes: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const head: Uint8Array[] = [];
  let length = 0;
  let decoder: InstanceType<typeof TextDecoder> | undefined;
  const encoder = new TextEncoder();
  try {
    for await (const chunk of bytes) {
      if (decoder !== undefined) {
        yield encoder.encode(decoder.decode(chunk, { stream: true }));
        continue;
      }
      head.push(chunk);
      length += chunk.length;
      if (length < headBytes) continue;
      const whole = Buffer.concat(head);
      decoder = new TextDecoder(detectEncoding(whole.subarray(0, headBytes)));
      yield encoder.encode(decoder.decode(whole, { stream: true }));
    }
  } catch (fault) {
    // The bytes before the fault are decoded and passed on before it is thrown.
    const whole = Buffer.concat(head);
    if (decoder === undefined && whole.length > 0)
      yield encoder.encode(new TextDecoder(detectEncoding(whole)).decode(whole, { stream: true }));
    throw fault;
  }
  if (decoder === undefined) {
    const whole = Buffer.concat(head);
    if (whole.length > 0) yield encoder.encode(new TextDecoder(detectEncoding(whole)).decode(whole));
  } else {
    const rest = encoder.encode(decoder.decode());
    if (rest.length > 0) yield rest;
  }
}
