/** The characters that delimit BibTeX, as code units, because comparing numbers is faster than comparing strings. */

export const backslash = 92;
export const openBrace = 123;
export const closeBrace = 125;
export const quote = 34;
