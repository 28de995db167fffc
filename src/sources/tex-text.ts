/**
 * Converts TeX prose, as in BibTeX's titles, abstracts and names, to plain text: accents and symbols become characters, braces and font
 * changes are removed, mathematics stays between dollar signs as written.
 */
import type { TexCommands } from "./tex-commands.ts";

/** A text without any of these is the same in TeX and as plain text. */
const special = /[\\{}$~]|--|``|''/;

/** Commands that take one argument and produce no text. */
const silentWithArgument = new Set(
  "cite citep citet citealp label ref eqref cref autoref footnote hspace vspace hskip vskip color textcolor phantom vphantom hphantom noopsort index href fontsize selectlanguage foreignlanguage".split(
    " ",
  ),
);

/** Commands that change the appearance of what follows, not its words. */
const silent = new Set(
  "emph textbf textit textsc textsl texttt textup textrm textsf textmd textnormal text mbox hbox makebox underline uline mathrm em it bf sc sl tt rm sf bfseries itshape scshape slshape ttfamily rmfamily sffamily upshape normalfont tiny small footnotesize normalsize large Large huge noindent xspace protect relax nobreak linebreak newline par sloppy boldmath unboldmath mkbibemph mkbibbold mkbibitalic bibstring textsuperscript textsubscript uppercase lowercase MakeUppercase MakeLowercase nocase NoCaseChange url path left right begingroup endgroup".split(
    " ",
  ),
);

const written: Readonly<Record<string, string>> = {
  TeX: "TeX",
  LaTeX: "LaTeX",
  LaTeXe: "LaTeX2e",
  BibTeX: "BibTeX",
  newline: " ",
  par: " ",
  linebreak: " ",
};

const quoting = new Set(["enquote", "mkbibquote", "textquote"]);

const mathematicsEnvironment = /^(?:equation|align|eqnarray|displaymath|math|gather|multline)\*?$/;

/** Commands of one letter that put an accent on their argument. */
const accentLetter = /^[uvHckrdbt]$/;
const accentMark = /^["'`^~=.]$/;
/** `{e}`, `e`, `{\i}`, `\i`, and an accent below another one: `{\^e}`. */
const accentArgument =
  /\s*(?:\{\s*([^\s{}\\$]{0,4}|\{?\\[A-Za-z]{1,2}\s?\}?|\\["'`^~=.]\s?\{?[A-Za-z]\}?)\s*\}|(\\[A-Za-z]{1,2}(?![A-Za-z])\s?(?:\{\})?|[^\s{}\\$]))/uy;

/** Never throws; linear in the length of its input. */
export function readTex(tex: string, commands: TexCommands): string {
  return special.test(tex) ? new TexReader(tex, commands).read() : tex;
}

/** The text of a piece of TeX, and the length of the piece. */
type Piece = readonly [text: string, length: number];

class TexReader {
  readonly #tex: string;
  readonly #commands: TexCommands;
  /** The closing text of each open group. */
  readonly #closings: string[] = [];
  /** Endings that are known not to occur again: searching for them each time would take quadratic time. */
  readonly #missing = new Set<string>();
  #at = 0;

  constructor(tex: string, commands: TexCommands) {
    this.#tex = tex;
    this.#commands = commands;
  }

  read(): string {
    const parts: string[] = [];
    while (this.#at < this.#tex.length) {
      const [text, length] = this.#next();
      if (text !== "") parts.push(text);
      this.#at += length;
    }
    return parts.join("");
  }

  #next(): Piece {
    const next = this.#tex[this.#at];
    if (next === "\\") return this.#command();
    if (next === "$") return this.#dollar();
    if (next === "{") return this.#group("", "", 1);
    if (next === "}") return [this.#closings.pop() ?? "", 1];
    if (next === "~") return [this.#tex[this.#at - 1] === "/" ? "~" : " ", 1];
    if (next === "-") return this.#longest(["---", "—"], ["--", "–"], ["-", "-"]);
    if (next === "`") return this.#longest(["``", "“"], ["`", "`"]);
    if (next === "'") return this.#longest(["''", "”"], ["'", "'"]);
    const text = this.#match(/[^\\{}$~`'-]+/y);
    return [text, text.length];
  }

  #longest(...choices: readonly (readonly [tex: string, text: string])[]): Piece {
    const [tex = "", text = ""] = choices.find(([one]) => this.#tex.startsWith(one, this.#at)) ?? [];
    return [text, Math.max(1, tex.length)];
  }

  /** Opens a group that begins and ends with these texts. */
  #group(opening: string, closing: string, length: number): Piece {
    this.#closings.push(closing);
    return [opening, length];
  }

  /** The match of a sticky pattern, or the empty string. */
  #match(pattern: RegExp, at = this.#at): string {
    pattern.lastIndex = at;
    return pattern.exec(this.#tex)?.[0] ?? "";
  }

  #command(): Piece {
    const name = this.#match(/[A-Za-z]+/y, this.#at + 1);
    const next = this.#tex[this.#at + 1] ?? "";
    if (name !== "") return this.#named(name);
    if (accentMark.test(next)) return this.#accent(next, 2);
    if (next === "(") return this.#display("\\(", "\\)");
    if (next === "[") return this.#display("\\[", "\\]");
    if (/^[-/!@]$/.test(next)) return ["", 2];
    return /^[\\,;:>\s]$/.test(next) ? [" ", 2] : [next, 1 + next.length];
  }

  #named(name: string): Piece {
    const length = 1 + name.length;
    if (accentLetter.test(name)) return this.#accent(name, length);
    if (name === "begin" || name === "end") return this.#environment(name, length);
    const spaced = length + this.#match(/\s*/y, this.#at + length).length;
    const after = this.#at + spaced;
    const hasArgument = this.#tex[after] === "{";
    if (name === "ensuremath" && hasArgument) return this.#ensuredMathematics(spaced);
    if (quoting.has(name) && hasArgument) return this.#group("“", "”", spaced + 1);
    if (silentWithArgument.has(name)) return ["", spaced + this.#match(/(?:\[[^\]{}]{0,200}\])?\{[^{}]*\}/y, after).length];
    const text = written[name] ?? (silent.has(name) ? "" : this.#commands(`\\${name}`));
    // An unknown command with an argument usually changes appearance only; one without is kept, so that nothing is lost.
    if (text === undefined) return [hasArgument && this.#tex[after + 1] !== "}" ? "" : `\\${name}`, length];
    return [text, spaced + (this.#tex.startsWith("{}", after) ? 2 : 0)];
  }

  #accent(accent: string, length: number): Piece {
    accentArgument.lastIndex = this.#at + length;
    const [found = "", braced, bare] = accentArgument.exec(this.#tex) ?? [];
    const letter = braced ?? bare;
    const isMark = accentMark.test(accent);
    // `\c` directly before a letter is part of another command, unlike `\c c`; and after `5\"` a new word begins.
    const isApart = braced !== undefined || (isMark ? !/^\s/.test(found) : /^[\s\\]/.test(found));
    if (letter === undefined || !isApart) return [isMark ? accent : `\\${accent}`, length];
    const base = readTex(letter, this.#commands).replace("ı", "i").replace("ȷ", "j").normalize("NFC");
    const text = base === "" ? accent : (this.#commands(`\\${accent}{${base}}`) ?? base).normalize("NFC");
    // No language has such a letter, so it is an escaped quotation mark.
    return [accent === '"' && text.length > base.length ? `"${base}` : text, length + found.length];
  }

  #environment(name: string, length: number): Piece {
    const argument = this.#match(/\s*\{[^{}]{0,40}\}/y, this.#at + length);
    const environment = argument.trim().slice(1, -1);
    if (name === "begin" && mathematicsEnvironment.test(environment)) return this.#display(`\\begin${argument}`, `\\end{${environment}}`);
    return [" ", length + argument.length];
  }

  /** Mathematics between the opening at the current place and its end; without an end, the opening is dropped. */
  #display(opening: string, end: string): Piece {
    const start = this.#at + opening.length;
    const close = this.#missing.has(end) ? -1 : this.#tex.indexOf(end, start);
    if (close === -1) {
      this.#missing.add(end);
      return [" ", opening.length];
    }
    const inner = this.#tex.slice(start, close).trim();
    return [inner === "" ? " " : `$${inner}$`, close + end.length - this.#at];
  }

  /** @param length the length up to the opening brace. */
  #ensuredMathematics(length: number): Piece {
    const open = this.#at + length;
    let depth = 0;
    for (let at = open; at < this.#tex.length; at++) {
      const character = this.#tex[at];
      if (character === "\\") at++;
      else if (character === "{") depth++;
      else if (character === "}" && --depth === 0) return [`$${this.#tex.slice(open + 1, at).trim()}$`, at + 1 - this.#at];
    }
    // A brace that is not closed here is never closed, so the rest is taken whole, and nothing is read twice.
    return [this.#tex.slice(open + 1), this.#tex.length - this.#at];
  }

  #dollar(): Piece {
    if (this.#tex.startsWith("$$", this.#at)) return this.#display("$$", "$$");
    const inner = this.#match(/[^\\$]*(?:\\.[^\\$]*)*/sy, this.#at + 1);
    const end = this.#at + 1 + inner.length;
    if (this.#tex[end] !== "$" || !isMathematics(inner, this.#tex[end + 1])) return ["$", 1];
    return [textOfMathematics(inner) ?? `$${inner}$`, end + 1 - this.#at];
  }
}

/** Pandoc's rule, extended to formulas with spaces on both sides: the text between two prices is not mathematics. */
function isMathematics(inner: string, after: string | undefined): boolean {
  const [opensWithSpace, closesWithSpace] = [/^\s/.test(inner), /\s$/.test(inner)];
  if (opensWithSpace !== closesWithSpace || inner.trim() === "") return false;
  return /[\\^_{}]/.test(inner) || (!opensWithSpace && !/^\d$/.test(after ?? ""));
}

/** Programs mark single signs as mathematics that are plain text: `p $<$ 0.05`. */
function textOfMathematics(inner: string): string | undefined {
  if (/^[^\p{L}\p{N}\\]$/u.test(inner)) return inner;
  return inner === "\\backslash" ? "\\" : undefined;
}
