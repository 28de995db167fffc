/** Ids in XML formats. */
import { recognizeId } from "../core/identity.js";
/** Those of the texts that name a paper in a scheme that is known; anything else would be an id that nobody can look up. */
export function knownIds(texts) {
    return texts.filter((text) => text !== undefined).filter((text) => recognizeId(text) !== undefined);
}
/** DOIs in a text that may hold several, or have `doi:` or an address around them. */
export function doisIn(text) {
    const words = (text ?? "").split(/[\s,;|]+/).map((word) => word.replace(/^(?:info:|urn:)?doi[:/]+/i, ""));
    return words.filter((word) => /^(?:https?:\/\/\S*?\/)?10\./i.test(word) && recognizeId(word) !== undefined);
}
//# sourceMappingURL=xml-fields.js.map