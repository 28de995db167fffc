/**
 * Converts MathML to text that can be read and searched: TeX between dollar signs if the record contains it, else one line such as `η_p^2`
 * or `(a + 1)/b`. MathML 3, chapters 3 (presentation) and 5.4 (annotations).
 */
import { attributeOf, childrenOf, plainText, type XmlElement } from "./xml-tree.ts";

/** Operators that get a space on both sides. */
const relations = new Set([..."=≠≈≃≅≡∼<>≤≥≲≳≪≫∈∉⊂⊆→←↔⇒⇔∝±×∪∩∧∨+−"]);
const invisible = /[\u2061-\u2064]/g;

/** Marks above a letter, as combining characters. */
const accents: Readonly<Record<string, string>> = {
  "¯": "\u0304",
  "‾": "\u0304",
  ˉ: "\u0304",
  "^": "\u0302",
  ˆ: "\u0302",
  "~": "\u0303",
  "˜": "\u0303",
  "∼": "\u0303",
  "˙": "\u0307",
  "¨": "\u0308",
  "→": "\u20d7",
  "⃗": "\u20d7",
  ˇ: "\u030c",
};

/** @param math a `math` element. */
export function textOfMath(math: XmlElement): string {
  const tex = texOf(math);
  return tex === undefined ? row(childrenOf(math)) || (plainText(math) ?? "") : `$${tex}$`;
}

/** TeX without its wrapping: dollar signs, `\(…\)`, and the LaTeX document that publishers put around each formula. */
export function bareTex(tex: string): string {
  const begin = tex.lastIndexOf("\\begin{document}");
  const end = tex.lastIndexOf("\\end{document}");
  const body = (begin === -1 ? tex : tex.slice(begin + 16, end > begin ? end : undefined)).trim();
  for (const [opening, ending] of [
    ["$$", "$$"],
    ["$", "$"],
    ["\\(", "\\)"],
    ["\\[", "\\]"],
  ] as const) {
    if (body.length >= opening.length + ending.length && body.startsWith(opening) && body.endsWith(ending))
      return body.slice(opening.length, -ending.length).trim();
  }
  return body;
}

function texOf(math: XmlElement): string | undefined {
  for (const child of childrenOf(math)) {
    const encoding = attributeOf(child, "encoding") ?? "";
    const tex =
      child.local === "annotation"
        ? /tex/i.test(encoding)
          ? plainText(child)
          : undefined
        : child.local === "semantics"
          ? texOf(child)
          : undefined;
    if (tex !== undefined) return bareTex(tex);
  }
  const alternative = attributeOf(math, "alttext");
  return alternative !== undefined && /[\\^_]/.test(alternative) ? bareTex(alternative) : undefined;
}

function row(elements: readonly XmlElement[]): string {
  let text = "";
  let before = "";
  for (const element of elements) {
    const part = textOf(element);
    const isRelation = element.local === "mo" && relations.has(part);
    // The sign of a number is not separated from it.
    const isSign = /^[+−]$/.test(part) && /^$|[([{,=<>≤≥±×∼≈]$/.test(before);
    text += isRelation && !isSign ? ` ${part} ` : part;
    before = part.trim().slice(-1) || before;
  }
  return text.trim();
}

function textOf(element: XmlElement): string {
  const parts = childrenOf(element);
  const [first, second, third] = parts;
  const inner = (part: XmlElement | undefined) => (part === undefined ? "" : textOf(part));
  switch (element.local) {
    case "mi":
    case "mn":
    case "mo":
    case "ms":
    case "ci":
    case "cn":
      return (plainText(element) ?? "").replace(invisible, "");
    case "mtext":
      return element.children.map((child) => (typeof child === "string" ? child : (plainText(child) ?? ""))).join("");
    case "mspace":
    case "mphantom":
    case "annotation":
    case "annotation-xml":
    case "none":
    case "mprescripts":
      return "";
    case "semantics":
      return inner(first);
    case "msub":
    case "munder":
      return inner(first) + lowered(first, inner(second));
    case "msup":
      return inner(first) + raised(inner(second));
    case "mover":
      return accented(inner(first), inner(second));
    case "msubsup":
    case "munderover":
      return inner(first) + lowered(first, inner(second)) + raised(inner(third));
    case "mmultiscripts":
      return multiscripts(parts);
    case "mfrac":
      return `${grouped(inner(first))}/${grouped(inner(second))}`;
    case "msqrt":
      return `√${grouped(row(parts))}`;
    case "mroot":
      return `${grouped(inner(first))}^(1/${inner(second)})`;
    case "mfenced":
      return fenced(element, parts);
    case "mtable":
    case "matrix":
      return `[${parts.map((line) => childrenOf(line).map(textOf).join(", ")).join("; ")}]`;
    default:
      return parts.length === 0 ? (plainText(element) ?? "") : row(parts);
  }
}

/** `CO` with a number as subscript is a chemical formula: `CO2`. */
function lowered(base: XmlElement | undefined, script: string): string {
  if (script === "") return "";
  const isUpright = base?.local === "mtext" || attributeOf(base, "mathvariant") === "normal" || /^\p{L}{2,}$/u.test(plainText(base) ?? "");
  return isUpright && /^\d+$/.test(script) ? script : `_${scripted(script)}`;
}

function raised(script: string): string {
  if (script === "") return "";
  return /^[′″‴*†+]+$/.test(script) ? script : `^${scripted(script)}`;
}

function scripted(script: string): string {
  return /^[−+-]?[\p{L}\p{N}.]+$/u.test(script) ? script : `(${script})`;
}

function accented(base: string, over: string): string {
  const accent = accents[over];
  if (accent === undefined) return base + raised(over);
  return [...base].length === 1 ? (base + accent).normalize("NFC") : `${base}${accent}`;
}

function multiscripts(parts: readonly XmlElement[]): string {
  const [base, ...scripts] = parts;
  const at = scripts.findIndex((part) => part.local === "mprescripts");
  const behind = at === -1 ? scripts : scripts.slice(0, at);
  const before = at === -1 ? [] : scripts.slice(at + 1);
  // Isotopes: the mass number comes before the symbol.
  const prefix = before.map(textOf).join("");
  const script = (index: number) => behind.flatMap((part, place) => (place % 2 === index ? [textOf(part)] : [])).join("");
  return prefix + (base === undefined ? "" : textOf(base)) + lowered(base, script(0)) + raised(script(1));
}

function fenced(element: XmlElement, parts: readonly XmlElement[]): string {
  const separators = [...(attributeOf(element, "separators") ?? ",").replace(/\s+/g, "")];
  const inside = parts
    .map((part, index) => {
      const separator = index === parts.length - 1 ? "" : (separators[index] ?? separators.at(-1) ?? "");
      return textOf(part) + (separator === "," || separator === ";" ? `${separator} ` : separator);
    })
    .join("");
  return (attributeOf(element, "open") ?? "(") + inside + (attributeOf(element, "close") ?? ")");
}

function grouped(text: string): string {
  return /^[\p{L}\p{N}\p{M}.]*$/u.test(text) ? text : `(${text})`;
}
