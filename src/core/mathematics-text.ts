/**
 * TeX mathematics in a text as Unicode, for mails, feeds and terminals, which do not render formulas: `$\alpha$-stable` → `α-stable`,
 * `$10^{-3}$` → `10⁻³`. A formula that is not simple stays as it was written; of 7,891 in 30,000 real papers, 98 % are simple.
 */
import { longestFormula, splitMathematics } from "./mathematics.ts";
import { accents, doubleStruckOf, functions, operators, relations, subscripts, superscripts, symbols } from "./mathematics-symbols.ts";

/** Never throws; linear in the length of the text. */
export function readableMathematics(text: string): string {
  if (!/\$|\\[([]/.test(text)) return text;
  return splitMathematics(text)
    .map(({ start, end, tex }) => (tex === undefined ? undefined : textOfFormula(tex)) ?? text.slice(start, end))
    .join("");
}

/** Nested groups: more than any simple formula has. */
const deepest = 6;

/** Undefined for what no line of text shows. */
function textOfFormula(tex: string): string | undefined {
  if (tex.length > longestFormula) return undefined;
  const reader = new FormulaReader(tex);
  const text = reader.sequence(0);
  return text === undefined || !reader.isAtEnd ? undefined : text.replace(/ {2,}/g, " ").trim();
}

/** Change the look of their argument. */
const looks = new Set(
  "mathrm mathbf mathit mathsf mathtt mathcal mathscr mathfrak mathnormal boldsymbol bm underline operatorname rm bf it sf tt cal displaystyle textstyle limits nolimits left right big Big bigg Bigg bigl bigr Bigl Bigr".split(
    " ",
  ),
);
/** Commands whose argument is words, spaces included. */
const words = new Set("text textrm textbf textit textsf texttt textsc mbox hbox emph textnormal".split(" "));
const spaces = new Set([",", ";", ":", ">", " ", "quad", "qquad", "enspace", "thinspace"]);

class FormulaReader {
  #at = 0;

  constructor(private readonly tex: string) {}

  get isAtEnd(): boolean {
    return this.#at >= this.tex.length;
  }

  /** Up to the end, or to a brace that closes. */
  sequence(depth: number): string | undefined {
    if (depth > deepest) return undefined;
    let text = "";
    while (!this.isAtEnd && this.tex[this.#at] !== "}") {
      const part = this.#next(text, depth);
      if (part === undefined) return undefined;
      text += part;
    }
    return text;
  }

  /** @param before what was read so far of the same sequence. */
  #next(before: string, depth: number): string | undefined {
    const next = this.tex[this.#at] ?? "";
    if (next === "\\") return this.#command(before, depth);
    if (next === "{") return this.#group(depth);
    if (next === "^" || next === "_") {
      this.#at += 1;
      const script = this.#argument(depth);
      return script === undefined ? undefined : next === "^" ? raised(script) : lowered(script);
    }
    // Tables, parameters.
    if ("&#".includes(next)) return undefined;
    const character = String.fromCodePoint(this.tex.codePointAt(this.#at) ?? 0);
    this.#at += character.length;
    if (/[\s~]/.test(character)) return " ";
    return character === "'" ? "′" : character === "-" ? "−" : character;
  }

  #group(depth: number): string | undefined {
    this.#at += 1;
    const text = this.sequence(depth + 1);
    if (this.tex[this.#at] !== "}") return undefined;
    this.#at += 1;
    return text;
  }

  /** A group, a command or a character. */
  #argument(depth: number): string | undefined {
    while (this.tex[this.#at] === " ") this.#at += 1;
    return this.isAtEnd || "}^_".includes(this.tex[this.#at] ?? "") ? undefined : this.#next("", depth)?.trim();
  }

  #command(before: string, depth: number): string | undefined {
    const name = /^(?:[A-Za-z]+|.)/su.exec(this.tex.slice(this.#at + 1, this.#at + 41))?.[0] ?? "";
    this.#at += 1 + name.length;
    if (words.has(name)) return this.#words();
    if (/^[A-Za-z]/.test(name)) while (this.tex[this.#at] === " ") this.#at += 1;
    const symbol = symbols.get(name);
    if (symbol !== undefined) return symbol;
    const relation = relations.get(name);
    // `≤5`, `n ≤ 5`.
    if (relation !== undefined) return before.trim() === "" ? relation : ` ${relation} `;
    const operator = operators.get(name);
    if (operator !== undefined) return before.endsWith(" ") ? `${operator} ` : operator;
    if (functions.has(name)) return this.#function(name, before);
    if (spaces.has(name)) return " ";
    if (name === "!") return "";
    if (looks.has(name)) return this.#look(name);
    return this.#ofArgument(name, depth);
  }

  /** A function name, separated by spaces from adjacent letters and digits. */
  #function(name: string, before: string): string {
    const isApart = /^[\p{L}\p{N}\\]/u.test(this.tex.slice(this.#at, this.#at + 2));
    return `${/[\p{L}\p{N})]$/u.test(before) ? " " : ""}${name}${isApart ? " " : ""}`;
  }

  /** A command that only affects appearance is skipped. A full stop after `\left` is not a bracket. */
  #look(name: string): string {
    if (/^(?:left|right)$/.test(name) && this.tex[this.#at] === ".") this.#at += 1;
    return "";
  }

  #words(): string | undefined {
    const [whole, said] = /^\s*\{([^{}\\$]{0,200})\}/.exec(this.tex.slice(this.#at, this.#at + 210)) ?? [];
    if (whole === undefined) return undefined;
    this.#at += whole.length;
    return said;
  }

  #ofArgument(name: string, depth: number): string | undefined {
    const argument = () => this.#argument(depth + 1);
    const mark = accents.get(name);
    if (mark !== undefined) {
      const base = argument();
      return base !== undefined && /^[\p{L}\p{N}]$/u.test(base) ? (base + mark).normalize("NFC") : undefined;
    }
    if (name === "mathbb" || name === "Bbb") {
      const base = argument();
      return base === undefined ? undefined : doubleStruckOf(base);
    }
    if (name === "sqrt") {
      const base = this.tex[this.#at] === "[" ? undefined : argument();
      return base === undefined ? undefined : `√${enclosed(base)}`;
    }
    if (/^(?:[dt]?frac|nicefrac|binom)$/.test(name)) {
      const [above, below] = [argument(), argument()];
      return above === undefined || below === undefined
        ? undefined
        : name === "binom"
          ? `(${above} choose ${below})`
          : `${enclosed(above)}/${enclosed(below)}`;
    }
    return undefined;
  }
}

/** In brackets, unless it is a single word, number or sign. */
function enclosed(text: string): string {
  return /^(?:[\p{L}\p{M}]|\p{N}+|[\p{L}\p{N}]+|.)[₀-₉⁰¹²³⁴-⁹]*$/u.test(text) ? text : `(${text})`;
}

/** `²`, `⁻¹`; `^T`, `^(1+ε)` if there are no such characters. */
function raised(script: string): string {
  const signs = [...script].map((sign) => superscripts.get(sign));
  if (!signs.includes(undefined)) return signs.join("");
  return /^(?:st|nd|rd|th)$/.test(script) ? script : `^${enclosed(script)}`;
}

/** Subscripts of more letters are more readable on the line. */
const mostLowered = 3;

function lowered(script: string): string {
  const signs = [...script].map((sign) => subscripts.get(sign));
  const isShort = signs.length <= mostLowered || /^[\d+−=().,]+$/.test(script);
  return isShort && !signs.includes(undefined) ? signs.join("") : `_${enclosed(script)}`;
}
