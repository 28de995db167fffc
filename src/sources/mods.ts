/** MODS 3 of the Library of Congress, which library catalogues and repositories provide. */
import type { Author, NewPaper } from "../core/paper.ts";
import type { Format } from "../core/source.ts";
import { languageTag } from "./language-tag.ts";
import { readLooseDate } from "./loose-date.ts";
import { paperOf } from "./record.ts";
import { earliestDate } from "./xml-dates.ts";
import { knownIds } from "./xml-fields.ts";
import { readXmlPapers } from "./xml-papers.ts";
import { personOf } from "./xml-people.ts";
import { headOf } from "./xml-root.ts";
import { childText, readableText, textsOf, titleWithSubtitle } from "./xml-text.ts";
import { attributeOf, childrenOf, elementAt, elementsAt, plainText, type XmlElement } from "./xml-tree.ts";

const name = "mods";

/** @see https://www.loc.gov/standards/mods/userguide/ */
export const modsFormat: Format = {
  name,
  description: "MODS XML of library catalogues",
  mediaTypes: ["application/mods+xml"],
  recognize(head) {
    const root = headOf(head)?.root;
    if (root === undefined) return 0;
    return root.local === "modsCollection" || root.local === "mods" ? 1 : 0;
  },
  read: (input) =>
    readXmlPapers(input, {
      roots: ["modsCollection"],
      isRecord: (local) => local === "mods",
      toPaper: ({ element }) => paperOfMods(element),
      nameOf: ({ element }) =>
        attributeOf(element, "ID") ?? plainText(elementAt(element, "identifier") ?? elementAt(element, "recordInfo", "recordIdentifier")),
    }),
};

const prefixOfIdType: Readonly<Record<string, string>> = {
  doi: "DOI:",
  arxiv: "arXiv:",
  pmid: "PMID:",
  pubmed: "PMID:",
  pmc: "PMCID:",
  pmcid: "PMCID:",
  uri: "",
};

/** @param mods a `mods` element. Throws `RecordFault`. */
export function paperOfMods(mods: XmlElement): NewPaper {
  const titles = childrenOf(mods, "titleInfo");
  const hosts = childrenOf(mods, "relatedItem").filter((item) => attributeOf(item, "type") === "host");
  const origins = [...childrenOf(mods, "originInfo"), ...hosts.flatMap((host) => childrenOf(host, "originInfo", "part"))];
  const addresses = elementsAt(mods, "location", "url");
  const [address = addresses[0]] = addresses.filter((url) => attributeOf(url, "access") === undefined);
  return paperOf(
    {
      ids: idsOf(mods, addresses),
      nameless: true,
      title: titleOf(titles.find((title) => attributeOf(title, "type") === undefined) ?? titles[0]),
      abstract: textsOf(childrenOf(mods, "abstract"))[0],
      authors: childrenOf(mods, "name").flatMap((one) => authorOfName(one) ?? []),
      published: earliestDate(origins.map(dateOfOrigin)),
      venue: hosts.map((host) => titleOf(childrenOf(host, "titleInfo").find((title) => attributeOf(title, "type") !== "abbreviated")))[0],
      keywords: elementsAt(mods, "subject", "topic").flatMap((topic) => readableText(topic) ?? []),
      url: plainText(address),
      language: languageOf(mods),
    },
    name,
  );
}

function idsOf(mods: XmlElement, addresses: readonly XmlElement[]): string[] {
  const ids = childrenOf(mods, "identifier").map((id) => {
    const prefix = prefixOfIdType[(attributeOf(id, "type") ?? "").toLowerCase().replace(/\s+/g, "")];
    const text = plainText(id);
    return prefix === undefined || text === undefined || attributeOf(id, "invalid") === "yes" || /^https?:/i.test(text)
      ? text
      : prefix + text.replace(/^(?:doi|arxiv):\s*/i, "");
  });
  // Bare numbers of other catalogues are not ids in a known scheme.
  return knownIds([...ids, ...addresses.map(plainText)]);
}

function titleOf(info: XmlElement | undefined): string | undefined {
  const article = childText(info, "nonSort");
  const title = childText(info, "title");
  // `L'` and `The `: only an article that ends in a letter is followed by a space.
  const whole = article === undefined || title === undefined ? title : `${article}${/[\p{L}.]$/u.test(article) ? " " : ""}${title}`;
  return titleWithSubtitle(whole, childText(info, "subTitle"));
}

function authorOfName(person: XmlElement): Author | undefined {
  const roles = elementsAt(person, "role", "roleTerm").flatMap((role) => plainText(role)?.toLowerCase() ?? []);
  if (roles.length > 0 && !roles.some((role) => /^(?:aut|author|cre|creator|joint author|ctb|contributor|thesis author|dis)$/.test(role)))
    return undefined;
  const parts = childrenOf(person, "namePart");
  const part = (type: string) => textsOf(parts.filter((one) => attributeOf(one, "type") === type)).join(" ") || undefined;
  const plain = textsOf(parts.filter((one) => attributeOf(one, "type") === undefined)).join(" ");
  const orcid = childrenOf(person, "nameIdentifier").find((id) => /orcid/i.test(attributeOf(id, "type") ?? ""));
  if (attributeOf(person, "type") === "corporate") return plain === "" ? undefined : { name: plain };
  return personOf({
    given: part("given"),
    family: part("family"),
    suffix: undefined,
    name: plain === "" ? childText(person, "displayForm") : plain,
    orcid: plainText(orcid),
  });
}

function dateOfOrigin(origin: XmlElement): string | undefined {
  for (const local of ["dateIssued", "date", "copyrightDate", "dateCreated", "dateOther"]) {
    const dates = childrenOf(origin, local).map((date) => readLooseDate(plainText(date)));
    const found = earliestDate(dates);
    if (found !== undefined) return found;
  }
  return undefined;
}

function languageOf(mods: XmlElement): string | undefined {
  for (const term of elementsAt(mods, "language", "languageTerm")) {
    const tag = languageTag(plainText(term));
    if (tag !== undefined) return tag;
  }
  return undefined;
}
