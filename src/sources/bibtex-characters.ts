/** Characters that BibTeX is taken apart by, as code units: comparing numbers is faster than comparing texts. */

export const backslash = 92;
export const openBrace = 123;
export const closeBrace = 125;
export const quote = 34;
