/** People as records name them: in parts, or several in one text. */
import type { Author } from "../core/paper.ts";
import { normalizeText } from "../core/text.ts";
import { authorOf, orcidIn } from "./record.ts";

interface PersonParts {
  readonly given?: string | undefined;
  readonly family?: string | undefined;
  readonly suffix?: string | undefined;
  /** The whole name, or that of a group; used if there is no family name. */
  readonly name?: string | undefined;
  /** In any spelling. */
  readonly orcid?: string | undefined;
}

/** @returns undefined if no name remains. */
export function personOf(parts: PersonParts): Author | undefined {
  const [given, family, suffix] = [parts.given, parts.family, parts.suffix].map((part) => normalizeText(part ?? ""));
  const orcid = orcidIn(parts.orcid);
  const known = orcid === undefined ? {} : { orcid };
  if (family === undefined || family === "") {
    const author = authorOf(parts.name ?? given ?? "");
    return author.name === "" ? undefined : { ...author, ...known };
  }
  const name = [given, family, suffix].filter((part) => part !== undefined && part !== "").join(" ");
  return given === undefined || given === "" ? { name, ...known } : { name, family, given, ...known };
}

/** `A. Example, B. Other, Jr. and C. Third (1)`: names in reading order with commas between them, as arXiv joins them. */
export function peopleIn(text: string | undefined): Author[] {
  let flat = text ?? "";
  // Affiliations are in brackets, which may be nested, and so may the list of them.
  for (let depth = 0; depth < 3; depth++) flat = flat.replace(/\([^()]*\)/g, " ");
  const names: string[] = [];
  for (const part of flat.split(/,|;|\sand\s|\s&\s/)) {
    const name = normalizeText(part);
    if (/^(?:jr|sr|i{2,3}|iv)\.?$/i.test(name) && names.length > 0) names.push(`${names.pop()} ${name}`);
    else if (name !== "") names.push(name);
  }
  return names.map((name) => ({ name }));
}
