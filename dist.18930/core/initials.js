/** Initials of names in a query: as words they would find formulas, and every author with the same letter. */
/** `Y.`, `C. D.`, `J.-P.`: behind a family name and a comma, or before a word that begins as names do (`U.S. Economy` has none). */
const initials = /(?<![\p{L}\p{N}.])(?=\p{Lu}\.)(?:(?<=\p{L}{2},\s?)(?:[\s-]?\p{Lu}\.){1,6}|(?:\p{Lu}\.[\s-]){1,6}(?=\p{Lu}\p{Ll}))/gu;
/** The text with spaces in the place of initials: `Wang, Y.` is about somebody called Wang. */
export function withoutInitials(text) {
    return text.replace(initials, (found) => " ".repeat(found.length));
}
//# sourceMappingURL=initials.js.map