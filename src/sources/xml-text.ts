/**
 * Converts markup to text on one line, as a person would read it aloud. Formulas become MathML as text, or TeX between dollar signs;
 * `10<sup>5</sup>` becomes `10^5`, `H<sub>2</sub>O` becomes `H2O`, `Ca<sup>2+</sup>` becomes `Ca2+`.
 */
import { bareTex, textOfMath } from "./xml-math.ts";
import { attributeOf, childrenOf, elementWithin, plainText, type XmlElement } from "./xml-tree.ts";

const blocks = new Set(
  "p par sec div br break list list-item def-list def-item def term ul ol li title label disp-formula disp-quote verse-group verse-line table tr td th blockquote h1 h2 h3 h4 h5 h6 AbstractText".split(
    " ",
  ),
);
const passedOver = new Set(
  "fn fn-group object-id graphic inline-graphic media supplementary-material table-wrap fig script head".split(" "),
);
const footnotes = new Set(["fn", "table-fn", "aff", "corresp", "author-notes"]);
const formulas = new Set(["inline-formula", "disp-formula", "alternatives"]);

/** @returns undefined if there is no text. */
export function readableText(element: XmlElement | undefined): string | undefined {
  if (element === undefined) return undefined;
  const writer = new TextWriter();
  writer.addChildren(element);
  const text = writer.text.replace(/\s+/g, " ").trim();
  return text === "" ? undefined : text;
}

class TextWriter {
  text = "";
  /** Superscripts within an exponent are part of it. */
  #isRaised = false;
  #last = "";

  addChildren(parent: XmlElement): void {
    for (const child of parent.children) {
      if (typeof child === "string") this.#add(child.includes("<") ? textOfHtml(child) : child);
      else this.#addElement(child, parent);
    }
  }

  #addElement(element: XmlElement, parent: XmlElement): void {
    const { local } = element;
    if (passedOver.has(local)) return;
    if (local === "xref" && footnotes.has(attributeOf(element, "ref-type") ?? "")) return;
    if (local === "math") this.#add(textOfMath(element));
    else if (local === "tex-math") this.#add(`$${bareTex(plainText(element) ?? "")}$`);
    else if (formulas.has(local) && this.#addFormula(element)) return;
    else if (local === "sup") this.#addRaised(element);
    else if (local === "style") this.#addStyled(element);
    else if ((local === "title" || local === "label") && (parent.local === "sec" || parent.local === "abstract"))
      this.#addHeading(element, parent);
    else if (blocks.has(local)) {
      this.#add(" ");
      this.addChildren(element);
      this.#add(" ");
    } else this.addChildren(element);
  }

  /** Adds one form of a formula: its TeX, or else its MathML. @returns false if it has neither. */
  #addFormula(element: XmlElement): boolean {
    const tex = elementWithin(element, "tex-math");
    const math = elementWithin(element, "math");
    if (tex === undefined && math === undefined) return false;
    const space = element.local === "disp-formula" ? " " : "";
    const bare = tex === undefined ? "" : bareTex(plainText(tex) ?? "");
    this.#add(space + (bare !== "" || math === undefined ? `$${bare}$` : textOfMath(math)) + space);
    return true;
  }

  /** EndNote wraps runs of one typeface in `style`; other elements of that name are style sheets. */
  #addStyled(element: XmlElement): void {
    const face = attributeOf(element, "face");
    if (face === undefined) return;
    if (face.includes("superscript")) this.#addRaised(element);
    else this.addChildren(element);
  }

  #addHeading(element: XmlElement, parent: XmlElement): void {
    const heading = readableText(element) ?? "";
    if (element.local === "label" || heading === "") return;
    if (parent.local === "abstract" && /^(?:abstract|summary|zusammenfassung|r[ée]sum[ée]|resumen|resumo)\W*$/i.test(heading)) return;
    this.#add(` ${heading}${/[.:;?!–—]$/.test(heading) ? "" : ":"} `);
  }

  #addRaised(element: XmlElement): void {
    if (this.#isRaised) {
      this.addChildren(element);
      return;
    }
    const inner = new TextWriter();
    inner.#isRaised = true;
    inner.addChildren(element);
    const script = inner.text.trim();
    this.#add(isExponent(this.#last, script) ? `^${script}` : script);
  }

  #add(text: string): void {
    if (text === "") return;
    this.text += text;
    this.#last = text.slice(-1);
  }
}

/**
 * Whether a superscript is an exponent: it must follow what it raises. Mass numbers, charges, ordinals (`th`) and footnote marks are not
 * exponents.
 */
function isExponent(before: string, script: string): boolean {
  if (/^[−–+-]?\d+(?:[./]\d+)?$/.test(script)) return /[\p{L}\p{N})\]]/u.test(before);
  return /^\p{L}$/u.test(script) && /[\d)]/.test(before);
}

const blockTag =
  /<\/?(?:p|br|div|li|ul|ol|dl|dt|dd|tr|td|th|table|tbody|thead|h[1-6]|blockquote|pre|hr|section|article|title|sec)(?:\s[^<>]*)?\/?>/gi;
const inlineTag =
  /<\/?(?:jats:|mml:)?(?:a|abbr|b|big|bold|cite|code|del|em|ext-link|font|i|img|ins|italic|kbd|monospace|q|s|samp|sc|scp|small|span|strong|sub|sup|tt|u|underline|var|xref)(?:\s[^<>]*)?\/?>/gi;

/** Removes the tags of HTML that was written as text, and keeps entities. Anything else in angle brackets is left alone. */
export function textOfHtml(html: string): string {
  return html
    .replace(/<(script|style)\b[^<>]*>[^<]*<\/\1>/gi, " ")
    .replace(/([\p{L}\p{N})\]])<sup>([−–+-]?\d+)<\/sup>/giu, "$1^$2")
    .replace(blockTag, " ")
    .replace(inlineTag, "");
}

/** The texts of all elements, without empty ones. */
export function textsOf(elements: readonly XmlElement[]): string[] {
  return elements.flatMap((element) => readableText(element) ?? []);
}

/** A title combined with its subtitle. */
export function titleWithSubtitle(title: string | undefined, subtitle: string | undefined): string | undefined {
  if (title === undefined || subtitle === undefined || title.includes(subtitle)) return title ?? subtitle;
  return /[.:?!–—]$/.test(title) ? `${title} ${subtitle}` : `${title}: ${subtitle}`;
}

/** The text of the first child with this name. */
export function childText(element: XmlElement | undefined, local: string): string | undefined {
  return readableText(childrenOf(element, local)[0]);
}
