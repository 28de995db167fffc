/** Languages, as records name them. */

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
