/** Where papers come from: the signature that every file in `sources/` has. */
/** `papers.jsonl, line 12`. */
export function describePlace(place) {
    if (place.line !== undefined)
        return `${place.file}, line ${place.line}`;
    if (place.entry !== undefined)
        return `${place.file}, entry ${place.entry}`;
    return place.file;
}
/** Cuts the text around a fault to what fits into a report. */
export function excerptOf(text, length = 120) {
    const line = text.replace(/\s+/g, " ").trim();
    return line.length <= length ? line : `${line.slice(0, length)}…`;
}
//# sourceMappingURL=source.js.map