/** The text of a paper that a model embeds, and the hash that decides whether it must be embedded again. */
import { createHash } from "node:crypto";
import { splitSentences } from "./text.js";
/** Changes whenever {@link prepareText} gives another text for the same paper; part of a generation. */
export const preparationVersion = 1;
export function prepareText(paper) {
    return { text: joinText(paper), sentences: splitSentences(paper.abstract) };
}
/** sha256, hex, of the text that is embedded. */
export function hashContent(paper) {
    return createHash("sha256").update(joinText(paper)).digest("hex");
}
/** `title. abstract`; either alone where the other is empty. */
function joinText({ title, abstract }) {
    if (title === "" || abstract === "")
        return title + abstract;
    return /[.!?]$/.test(title) ? `${title} ${abstract}` : `${title}. ${abstract}`;
}
//# sourceMappingURL=prepare.js.map