/**
 * Reduces MathML to elements and attributes that are known to be harmless. Styles are removed: the pages forbid them
 * (Content-Security-Policy), and the page sets the colours.
 */

const elements = new Set(
  (
    "math mrow mi mn mo mtext ms mspace mfrac msqrt mroot msub msup msubsup munder mover munderover mmultiscripts mprescripts none " +
    "mtable mtr mtd mpadded mphantom mstyle menclose"
  ).split(" "),
);

const attributes = new Set(
  (
    "display displaystyle scriptlevel mathvariant stretchy fence form separator symmetric largeop movablelimits minsize maxsize " +
    "lspace rspace accent accentunder linethickness width height depth voffset rowspan columnspan columnalign notation intent"
  ).split(" "),
);

/** @param markup the output of a renderer: well-formed, with escaped text. */
export function plainMathMl(markup: string): string {
  return markup.replace(/<(\/?)([a-zA-Z][\w-]*)([^<>]*)>/g, (_, slash: string, name: string, rest: string) => {
    if (!elements.has(name)) return "";
    if (slash !== "") return `</${name}>`;
    const kept = [...rest.matchAll(/([\w-]+)="([^"<>]*)"/g)].filter(([, attribute = ""]) => attributes.has(attribute));
    return `<${[name, ...kept.map(([whole]) => whole)].join(" ")}${rest.trimEnd().endsWith("/") ? "/" : ""}>`;
  });
}
