/**
 * Many wanted texts, looked for at once: a look at each text for each of a hundred wanted ones took seconds in a large library.
 * What these say is what `author-names.ts` says of one wanted name after the other.
 */
import { initialAndFamily, isCalled } from "./author-names.ts";
import { authorSeparator } from "./paper-keys.ts";

/** Characters of a wanted text that are looked for first: patterns of hundreds of longer ones are slow themselves. */
const firstCharacters = 6;

/**
 * Whether a text holds any of the wanted ones, from the beginning of a word on.
 * @param wanted folded words, as the text is; none empty.
 */
export function beginningWithAny(wanted: readonly string[]): (text: string) => boolean {
  if (wanted.length === 0) return () => false;
  const byBeginning = grouped(wanted, (one) => one.slice(0, firstCharacters));
  const lengths = [...new Set([...byBeginning.keys()].map(({ length }) => length))];
  const mayHold = new RegExp(`(?:^| )(?:${anyOfTexts([...byBeginning.keys()])})`, "u");
  const holdsAt = (text: string, at: number) =>
    lengths.some((length) => byBeginning.get(text.slice(at, at + length))?.some((one) => text.startsWith(one, at)) === true);
  return (text) => {
    if (!mayHold.test(text)) return false;
    for (let at = 0; at >= 0; at = text.indexOf(" ", at) + 1 || -1) if (holdsAt(text, at)) return true;
    return false;
  };
}

/**
 * Whether the key of a name, or any of several keys with `authorSeparator` between them, is wanted.
 * @param wanted `wantedNameKeys`.
 */
export function nameMatcher(wanted: readonly string[]): (names: string) => boolean {
  const isWritten = beginningWithAny(wanted);
  const byCall = grouped(wanted, initialAndFamily);
  const families = new Set([...byCall.keys()].map((call) => call.slice(call.indexOf(" ") + 1)));
  if (families.size === 0) return isWritten;
  const holdsFamily = new RegExp(` (?:${anyOfTexts([...families])})(?: |$)`, "u");
  const isCalledSo = (key: string) => {
    const [first = "", ...others] = key.split(" ");
    const [initial = ""] = first;
    return others.some((word) => byCall.get(`${initial} ${word}`)?.some((one) => isCalled(key, one)) === true);
  };
  return (names) => isWritten(names) || (holdsFamily.test(names) && names.split(authorSeparator).some(isCalledSo));
}

/** In order, so that those which begin alike are looked for together. Keys hold letters, digits and spaces, and nothing that patterns read otherwise. */
function anyOfTexts(texts: readonly string[]): string {
  return [...new Set(texts)]
    .sort()
    .map((text) => text.replace(/[^\p{L}\p{N} ]/gu, String.raw`\$&`))
    .join("|");
}

/** What has no group is left out. */
function grouped(texts: readonly string[], groupOf: (text: string) => string | undefined): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const text of texts) {
    const group = groupOf(text);
    if (group !== undefined) groups.set(group, [...(groups.get(group) ?? []), text]);
  }
  return groups;
}
