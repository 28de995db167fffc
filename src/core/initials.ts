/** Initials of names in a query. As words they would match formulas, and every author with the same initial. */

/** `Y.`, `C. D.`, `J.-P.`: after a family name and a comma, or before a word capitalised as a name (in `U.S. Economy` there are none). */
const initials = /(?<![\p{L}\p{N}.])(?=\p{Lu}\.)(?:(?<=\p{L}{2},\s?)(?:[\s-]?\p{Lu}\.){1,6}|(?:\p{Lu}\.[\s-]){1,6}(?=\p{Lu}\p{Ll}))/gu;

/** The text with initials replaced by spaces: `Wang, Y.` is about somebody called Wang. */
export function withoutInitials(text: string): string {
  return text.replace(initials, (found) => " ".repeat(found.length));
}
