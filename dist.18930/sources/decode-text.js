/** Text in any of the encodings that files really have, as UTF-8: what formats read. */
/** Bytes that are looked at to find out. */
const headBytes = 64 * 1024;
/**
 * The encoding of a text: by its byte order mark, by what an XML or BibTeX file declares, by the zeros of UTF-16, else
 * UTF-8 where the bytes are valid UTF-8, else Windows-1252 (of which Latin-1 is a part).
 */
export function detectEncoding(head) {
    if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf)
        return "utf-8";
    if (head[0] === 0xff && head[1] === 0xfe)
        return "utf-16le";
    if (head[0] === 0xfe && head[1] === 0xff)
        return "utf-16be";
    const zeros = [0, 0];
    for (let at = 0; at < head.length; at++)
        if (head[at] === 0)
            zeros[at % 2] = (zeros[at % 2] ?? 0) + 1;
    const [even = 0, odd = 0] = zeros;
    // Text in a Latin script has a zero in every second byte.
    if (odd > head.length / 8 && odd > 4 * even)
        return "utf-16le";
    if (even > head.length / 8 && even > 4 * odd)
        return "utf-16be";
    const declared = declaredEncoding(Buffer.from(head.subarray(0, 1024)).toString("latin1"));
    if (declared !== undefined)
        return declared;
    return isUtf8(head) ? "utf-8" : "windows-1252";
}
function declaredEncoding(start) {
    const name = /^\s*<\?xml[^>]*\bencoding\s*=\s*["']([\w.:-]+)["']/i.exec(start)?.[1] ?? /^%\s*encoding:\s*([\w.:-]+)/im.exec(start)?.[1];
    if (name === undefined)
        return undefined;
    try {
        const { encoding } = new TextDecoder(name);
        // Text that a declaration calls UTF-16, and that could be read as ASCII, is not.
        return encoding.startsWith("utf-16") ? "utf-8" : encoding;
    }
    catch {
        return undefined;
    }
}
function isUtf8(head) {
    try {
        // As a stream: a character that the head cuts in two is no fault.
        new TextDecoder("utf-8", { fatal: true }).decode(head, { stream: true });
        return true;
    }
    catch {
        return false;
    }
}
/** The same text as UTF-8 without byte order mark, at constant memory. */
export async function* toUtf8(bytes) {
    const head = [];
    let length = 0;
    let decoder;
    const encoder = new TextEncoder();
    try {
        for await (const chunk of bytes) {
            if (decoder !== undefined) {
                yield encoder.encode(decoder.decode(chunk, { stream: true }));
                continue;
            }
            head.push(chunk);
            length += chunk.length;
            if (length < headBytes)
                continue;
            const whole = Buffer.concat(head);
            decoder = new TextDecoder(detectEncoding(whole.subarray(0, headBytes)));
            yield encoder.encode(decoder.decode(whole, { stream: true }));
        }
    }
    catch (fault) {
        // What came before is read, and then meets it.
        const whole = Buffer.concat(head);
        if (decoder === undefined && whole.length > 0)
            yield encoder.encode(new TextDecoder(detectEncoding(whole)).decode(whole, { stream: true }));
        throw fault;
    }
    if (decoder === undefined) {
        const whole = Buffer.concat(head);
        if (whole.length > 0)
            yield encoder.encode(new TextDecoder(detectEncoding(whole)).decode(whole));
    }
    else {
        const rest = encoder.encode(decoder.decode());
        if (rest.length > 0)
            yield rest;
    }
}
//# sourceMappingURL=decode-text.js.map