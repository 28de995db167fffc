/** Fields that many XML formats have: ids, languages. */
import { recognizeId } from "../core/identity.ts";

/** Those of the texts that name a paper in a scheme that is known; anything else would be an id that nobody can look up. */
export function knownIds(texts: readonly (string | undefined)[]): string[] {
  return texts.filter((text) => text !== undefined).filter((text) => recognizeId(text) !== undefined);
}

/** DOIs in a text that may hold several, or have `doi:` or an address around them. */
export function doisIn(text: string | undefined): string[] {
  const words = (text ?? "").split(/[\s,;|]+/).map((word) => word.replace(/^(?:info:|urn:)?doi[:/]+/i, ""));
  return words.filter((word) => /^(?:https?:\/\/\S*?\/)?10\./i.test(word) && recognizeId(word) !== undefined);
}

const english = new Intl.DisplayNames(["en"], { type: "language" });
const codeOfName = new Map(
  "ar bg ca cs cy da de el en es et eu fa fi fr ga gl he hi hr hu hy id is it ja ka ko lt lv mk ms nl no pl pt ro ru sk sl sq sr sv ta th tr uk ur vi zh"
    .split(" ")
    .map((code) => [english.of(code)?.toLowerCase() ?? code, code]),
);

/** A language as BCP 47, from its code (ISO 639-1, 639-2, a locale) or its English name; undefined for anything else. */
export function languageTag(text: string | undefined): string | undefined {
  const name = text?.trim().toLowerCase().replaceAll("_", "-") ?? "";
  const code = codeOfName.get(name) ?? name;
  if (!/^[a-z]{2,3}(?:-[a-z0-9]{2,8})*$/.test(code) || /^(?:und|mul|zxx|mis)\b/.test(code)) return undefined;
  try {
    return Intl.getCanonicalLocales(code)[0];
  } catch {
    return undefined;
  }
}
