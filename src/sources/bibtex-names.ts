/** Names as BibTeX and BibLaTeX write them: `Lovelace, Ada and de la Fosse, Jean and {The Analytical Society} and others`. */
import type { Author } from "../core/paper.ts";
import { normalizeText } from "../core/text.ts";
import { authorOf } from "./record.ts";

/** More than any paper has; further names are dropped. */
const mostNames = 20_000;

/** @param read converts TeX to plain text. */
export function readBibtexNames(tex: string, read: (tex: string) => string): Author[] {
  // Single spaces, because the separator is tried at each of them.
  const names = splitOutside(tex.replace(/\s+/g, " "), / and(?= )/iy, " ", mostNames);
  const single = names.length === 1 && !tex.includes("{") ? tex.split(";") : names;
  return single.map((name) => nameOf(name.trim(), read)).filter((author) => author.name !== "" && author.name.toLowerCase() !== "others");
}

function nameOf(tex: string, read: (tex: string) => string): Author {
  const text = (part: string) => normalizeText(read(part));
  // Braces around the whole name keep it from being split.
  if (/^\{[^{}]*\}$/.test(tex) || (/^\{[^\\]/.test(tex) && closesAtEnd(tex))) return { name: text(tex) };
  const extended = extendedName(tex, text);
  if (extended !== undefined) return extended;
  if (tex.includes(",")) {
    const [family = "", ...others] = splitOutside(tex, /,/y, ",", 10).map(text);
    const [given = "", ...more] = others.filter((part) => part !== "");
    if (more.length > 0) return authorOf([family, given, ...more].join(", "));
    return given === "" || family === "" ? { name: family + given } : { name: `${given} ${family}`, family, given };
  }
  const words = splitOutside(tex, /[\s~]+/y, undefined, 100).filter((word) => word !== "");
  // “Jean de la Fosse”: the family name begins with the first lower-case word, or is the last word.
  const small = words.findIndex((word, at) => at > 0 && at < words.length - 1 && /^\p{Ll}/u.test(text(word)));
  const start = small === -1 ? words.length - 1 : small;
  const [given, family] = [text(words.slice(0, start).join(" ")), text(words.slice(start).join(" "))];
  return given === "" ? { name: family } : { name: `${given} ${family}`, family, given };
}

/** BibLaTeX's `family=Fosse, given=Jean, prefix=de la, useprefix=true`. */
function extendedName(tex: string, text: (part: string) => string): Author | undefined {
  if (!/^\s*(?:family|given|prefix|suffix)(?:-i)?\s*=/i.test(tex)) return undefined;
  const parts = new Map(
    splitOutside(tex, /,/y, ",", 20).map((part) => {
      const [key = "", ...value] = part.split("=");
      return [key.trim().toLowerCase(), text(value.join("="))];
    }),
  );
  const [given = "", suffix = ""] = [parts.get("given"), parts.get("suffix")];
  const family = [parts.get("prefix"), parts.get("family")].filter((part) => part !== undefined && part !== "").join(" ");
  const name = [given, family, suffix].filter((part) => part !== "").join(" ");
  return given === "" || family === "" ? { name } : { name, family, given };
}

/**
 * Splits at a sticky pattern outside braces.
 * @param first the first character of every match, if there is a fixed one.
 */
function splitOutside(text: string, separator: RegExp, first: string | undefined, most: number): string[] {
  const parts: string[] = [];
  let [depth, start] = [0, 0];
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === "\\") at++;
    else if (character === "{") depth++;
    else if (character === "}") depth--;
    else if (depth <= 0 && (first === undefined || character === first)) {
      separator.lastIndex = at;
      const found = separator.exec(text)?.[0] ?? "";
      if (found === "") continue;
      parts.push(text.slice(start, at));
      if (parts.length >= most) return parts;
      start = at + found.length;
      at = start - 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}

/** Whether the brace that opens at the beginning closes at the end. */
function closesAtEnd(tex: string): boolean {
  let depth = 0;
  for (let at = 0; at < tex.length; at++) {
    if (tex[at] === "\\") at++;
    else if (tex[at] === "{") depth++;
    else if (tex[at] === "}" && --depth === 0) return at === tex.length - 1;
  }
  return false;
}
