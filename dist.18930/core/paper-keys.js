import { hashContent } from "./prepare.js";
import { mainTitleKey } from "./same-work.js";
import { foldWords } from "./text.js";
/** Not of folded words, so that a name never matches across two of them. */
const authorSeparator = " | ";
export function keysOf(paper) {
    return {
        contentHash: hashContent(paper),
        title: foldWords(paper.title),
        mainTitle: mainTitleKey(paper.title),
        venue: foldWords(paper.venue ?? ""),
        authors: paper.authors.map((author) => foldWords(author.name)).join(authorSeparator),
    };
}
//# sourceMappingURL=paper-keys.js.map