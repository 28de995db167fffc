/** The documents of a labelled collection as papers of a library, and the way back from a paper to its document. */

import { normalizeAbstract } from "../../core/abstract.ts";
import { AppError } from "../../core/errors.ts";
import { parseId } from "../../core/identity.ts";
import type { NewPaper } from "../../core/paper.ts";
import type { SourceRecord } from "../../core/source.ts";
import { normalizeText } from "../../core/text.ts";
import { type EvalDocument, readCorpus } from "./collection.ts";

/** The source name of a collection's papers. */
export const evalSource = "eval";

/** Judgments refer to documents by their own ids, which a library would convert to canonical form. */
export class EvalDocuments {
  private readonly paperIds = new Map<string, string>();
  private readonly documentIds = new Map<string, string>();
  private empty = 0;
  private repeated = 0;

  get size(): number {
    return this.paperIds.size;
  }

  /** Notes for a reader of the figures; complete once {@link read} has finished. */
  get notes(): string[] {
    return [
      ...(this.empty > 0 ? [`${this.empty} documents without title and text are left out.`] : []),
      ...(this.repeated > 0 ? [`${this.repeated} documents are left out because their id stands there already.`] : []),
    ];
  }

  has(documentId: string): boolean {
    return this.paperIds.has(documentId);
  }

  /** Throws `internal` for a document that was not read. */
  paperIdOf(documentId: string): string {
    const paperId = this.paperIds.get(documentId);
    if (paperId === undefined) throw new AppError("internal", `The collection has no document ${documentId}.`);
    return paperId;
  }

  /** Undefined for a paper that is not from the collection. */
  documentIdOf(paperId: string): string | undefined {
    return this.documentIds.get(paperId);
  }

  /** Reads a corpus as papers, and remembers their ids. */
  async *read(path: string): AsyncIterable<SourceRecord> {
    let entry = 0;
    for await (const document of readCorpus(path)) {
      entry++;
      const paper = this.take(document);
      if (paper !== undefined)
        yield {
          kind: "paper",
          paper,
          place: { file: path, entry: String(entry) },
        };
    }
  }

  /** @returns undefined for a document that is left out. */
  take({ id, title, abstract, authors }: EvalDocument): NewPaper | undefined {
    if (this.paperIds.has(id)) {
      this.repeated++;
      return undefined;
    }
    const texts = {
      title: normalizeText(title),
      abstract: normalizeAbstract(abstract),
    };
    if (texts.title === "" && texts.abstract === "") {
      this.empty++;
      return undefined;
    }
    const paperId = paperIdFor(id);
    this.paperIds.set(id, paperId);
    this.documentIds.set(paperId, id);
    const names = authors.map(normalizeText).filter((name) => name !== "");
    return {
      ids: [paperId],
      ...texts,
      authors: names.map((name) => ({ name })),
      categories: [],
      keywords: [],
      sources: [evalSource],
    };
  }
}

/** The id itself if a library keeps it unchanged; otherwise under a prefix that no scheme reads. */
function paperIdFor(id: string): string {
  return parseId(id)?.id === id ? id : `eval:${encodeURIComponent(id)}`;
}
