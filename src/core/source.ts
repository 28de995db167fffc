/** Where papers come from: the interface that every file in `sources/` implements. */

import type { AppError } from "./errors.ts";
import type { NewPaper } from "./paper.ts";
import type { PaperKeys } from "./paper-keys.ts";

/** A place in an input, in a form that a person can find: line (JSON Lines) or entry (BibTeX key, n-th record), from 1. */
export interface Place {
  readonly file: string;
  readonly line?: number;
  readonly entry?: string;
}

/** A record that could not be read. Nothing of it goes in. */
export interface Refusal {
  readonly place: Place;
  /** The field at fault, where one is. */
  readonly field: string | undefined;
  readonly reason: string;
  /** The text around the fault, cut short. */
  readonly excerpt: string;
}

export type SourceRecord =
  | {
      readonly kind: "paper";
      readonly paper: NewPaper;
      /** Of the paper, where a thread of its own reads. */
      readonly keys?: PaperKeys;
      readonly place: Place;
      /** Collections or groups of the file that contain it, as slash-separated paths. They are not stored. */
      readonly collections?: readonly string[];
      /** What collections of the file call the record. */
      readonly key?: string;
      /** Keys of collections of the file that the record claims to be in. */
      readonly collectionKeys?: readonly string[];
      /** The source's name for the record when it reports its deletion, if it does. */
      readonly item?: string;
    }
  /** A collection in the file; its contents may come before or after it. It is not stored. */
  | {
      readonly kind: "collection";
      readonly key: string;
      readonly name: string;
      /** The key of the collection that it is in. */
      readonly parent?: string;
      /** Keys of records and collections in it. */
      readonly parts: readonly string[];
      readonly place: Place;
    }
  /** A record that its source has deleted, by its `item`. */
  | { readonly kind: "deleted"; readonly item: string; readonly place: Place }
  | { readonly kind: "refused"; readonly refusal: Refusal }
  /** A paper of which only an id is known, in canonical form. */
  | { readonly kind: "id"; readonly id: string; readonly place: Place };

/** A file that cannot be read, or not to its end; or a record. */
export type FileEvent = SourceRecord | { readonly kind: "fault"; readonly error: AppError };

/** Papers in the body of one request; larger files are for `paperkin import`. */
export const mostSentBytes = 64 * 1024 * 1024;

/** Bytes with the name that people know them by. */
export interface SourceInput {
  readonly name: string;
  readonly bytes: AsyncIterable<Uint8Array>;
  /** When the file was last changed, if it is a file. */
  readonly modified?: Date;
}

/** A file format. */
export interface Format {
  /** Kebab-case, stable: `--format arxiv-kaggle`; also the name of the source in a paper's `sources`. */
  readonly name: string;
  readonly description: string;
  /** Its `content-type` in requests, if it has one of its own. */
  readonly mediaTypes?: readonly string[];
  /** The confidence, from the first few kilobytes, that the input is in this format: 0 not at all, 1 certain. Never throws. */
  recognize(head: string): number;
  /**
   * Reads papers one by one in constant memory. A fault in a record gives a `refused` record; only an input that cannot be read at all
   * throws an `AppError`.
   */
  read(input: SourceInput): AsyncIterable<SourceRecord>;
}

/** `papers.jsonl, line 12`. */
export function describePlace(place: Place): string {
  if (place.line !== undefined) return `${place.file}, line ${place.line}`;
  if (place.entry !== undefined) return `${place.file}, entry ${place.entry}`;
  return place.file;
}

/** Shortens the text around a fault to what fits into a report. */
export function excerptOf(text: string, length = 120): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length <= length ? line : `${line.slice(0, length).toWellFormed()}…`;
}
