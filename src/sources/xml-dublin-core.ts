/** Dublin Core as repositories provide it by OAI-PMH: fifteen fields, each repeatable, and used differently everywhere. */
import { recognizeId } from "../core/identity.ts";
import type { NewPaper } from "../core/paper.ts";
import { languageTag } from "./language-tag.ts";
import { readLooseDate } from "./loose-date.ts";
import { paperOf } from "./record.ts";
import { arxivAddresses } from "./xml-arxiv.ts";
import { earliestDate } from "./xml-dates.ts";
import { doisIn, knownIds } from "./xml-fields.ts";
import { personOf } from "./xml-people.ts";
import { readableText, textsOf } from "./xml-text.ts";
import { attributeOf, childrenOf, type XmlElement } from "./xml-tree.ts";

const name = "oai-pmh";

/** @param identifier the record's identifier at its server; it names a paper that has no better id. Throws `RecordFault`. */
export function paperOfDublinCore(metadata: XmlElement, identifier: string | undefined): NewPaper {
  const texts = (local: string) => textsOf(childrenOf(metadata, local));
  const identifiers = texts("identifier");
  const own = identifier?.replace(/^oai:arXiv\.org:/i, "arXiv:");
  const known = knownIds([own, ...identifiers, ...identifiers.flatMap(doisOfIdentifier)]);
  const arxiv = known.find((id) => recognizeId(id)?.scheme === "arXiv");
  const isArxiv = arxiv !== undefined && own?.startsWith("arXiv:") === true;
  const addresses = identifiers.filter((text) => /^https?:\/\/\S+$/i.test(text));
  const descriptions = [...texts("abstract"), ...texts("description")].filter((text) => !/^Comments?:/.test(text));
  const dates = [...texts("issued"), ...texts("date")].map((text) => readLooseDate(text));
  return paperOf(
    {
      ids: known.length > 0 ? known : [own],
      nameless: true,
      title: texts("title")[0],
      // The longest one, because notes and translations are usually shorter than the abstract.
      abstract: descriptions.reduce<string | undefined>((best, text) => (text.length > (best?.length ?? 0) ? text : best), undefined),
      authors: childrenOf(metadata, "creator").flatMap(
        (creator) => personOf({ name: readableText(creator), orcid: attributeOf(creator, "id") }) ?? [],
      ),
      published: earliestDate(dates),
      updated: isArxiv
        ? dates
            .filter((date) => date !== undefined)
            .sort()
            .at(-1)
        : undefined,
      // arXiv lists the journal reference among the identifiers.
      venue: venueOf([...texts("isPartOf"), ...texts("source"), ...(isArxiv ? identifiers.filter((text) => /\s/.test(text)) : [])]),
      keywords: texts("subject"),
      ...(isArxiv
        ? arxivAddresses(arxiv)
        : { url: addresses[0], pdfUrl: addresses.find((address) => /(?:\.pdf|\/pdf\/?)$/i.test(address)) }),
      language: languageTag(texts("language")[0]),
    },
    name,
  );
}

function doisOfIdentifier(text: string): string[] {
  return /\s/.test(text) ? [] : doisIn(text);
}

/** `Journal of Kettles; Vol. 3 (2020); 1-10` → `Journal of Kettles`; ISSNs and addresses are skipped. */
function venueOf(texts: readonly string[]): string | undefined {
  const [source] = texts.filter((text) => !/^(?:https?:|urn:|info:|(?:e?issn[:\s]*)?\d{4}-?\d{3}[\dX]$)/i.test(text));
  return source?.split(";")[0];
}
