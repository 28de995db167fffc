/**
 * Records of tagged lines, as reference managers and databases have exported them since the days of punched cards: a line
 * begins with a tag and a value goes on in the lines below it. RIS, EndNote, MEDLINE and ISI differ in their tags only.
 */
import type { NewPaper } from "../core/paper.ts";
import type { SourceInput, SourceRecord } from "../core/source.ts";
import { paperOrRefusal, refused } from "./paper-or-refusal.ts";
import { longestRecord, tooLongReason } from "./text-blocks.ts";
import { readLineBatches } from "./text-lines.ts";

/** How a format writes its records. */
export interface TaggedSyntax {
  /** Tag and value of a line that begins a field; undefined for any other line. */
  fieldOf(line: string): readonly [tag: string, value: string] | undefined;
  /** The tag that each record begins with. A field without it begins one too, where none is open. */
  readonly first: string;
  /** The tag that ends a record, where there is one. */
  readonly last?: string;
  /** Tags of the file rather than of a record. */
  readonly outside?: ReadonlySet<string>;
  /** Whether a field after an empty line belongs to a new record. Without this, empty lines say nothing. */
  startsAfterBlank?(tag: string, record: TaggedRecord): boolean;
  /** Whether only lines that are set in go on with a value; others without a tag say nothing. */
  readonly isIndented: boolean;
}

export class TaggedRecord {
  /** The beginning of the record, for reports. */
  excerpt = "";
  length = 0;
  readonly #values = new Map<string, string[]>();
  #open: string[] | undefined;

  /** @param line the number of its first line. */
  constructor(readonly line: number) {}

  get isTooLong(): boolean {
    return this.length > longestRecord;
  }

  begin(tag: string, value: string, line: string): void {
    this.#grow(line);
    if (this.isTooLong) return;
    const values = this.#values.get(tag) ?? [];
    if (values.length === 0) this.#values.set(tag, values);
    values.push(value.trim());
    this.#open = values;
  }

  /** Adds a line to the last value. */
  goOn(line: string): void {
    this.#grow(line);
    const values = this.#open;
    const at = values === undefined ? -1 : values.length - 1;
    if (values !== undefined && !this.isTooLong) values[at] = `${values[at]}\n${line.trim()}`;
  }

  has(tag: string): boolean {
    return this.#values.has(tag);
  }

  /** The values of a tag, in order, without empty ones; those that took several lines have line feeds in them. */
  all(...tags: readonly string[]): string[] {
    const found: string[] = [];
    for (const tag of tags) for (const value of this.#values.get(tag) ?? []) if (value !== "") found.push(value);
    return found;
  }

  /** The first value of the first of these tags that has one. */
  first(...tags: readonly string[]): string | undefined {
    for (const tag of tags) for (const value of this.#values.get(tag) ?? []) if (value !== "") return value;
    return undefined;
  }

  /** The values of the first of these tags that has any. */
  firstAll(...tags: readonly string[]): string[] {
    for (const tag of tags) {
      const values = this.all(tag);
      if (values.length > 0) return values;
    }
    return [];
  }

  #grow(line: string): void {
    if (this.length < 200) this.excerpt += `${line}\n`.slice(0, 200);
    this.length += line.length + 1;
    if (this.isTooLong) {
      this.#values.clear();
      this.#open = undefined;
    }
  }
}

/** @param toPaper throws `RecordFault` for a record that is no paper. */
export async function* readTaggedPapers(
  input: SourceInput,
  syntax: TaggedSyntax,
  toPaper: (record: TaggedRecord) => NewPaper,
): AsyncIterable<SourceRecord> {
  const finish = (record: TaggedRecord): SourceRecord => {
    const place = { file: input.name, line: record.line };
    if (record.isTooLong) return refused(place, record.excerpt, tooLongReason);
    return paperOrRefusal(place, record.excerpt, () => toPaper(record));
  };
  let record: TaggedRecord | undefined;
  let isAfterBlank = false;
  for await (const { first, lines } of readLineBatches(input.bytes)) {
    for (let at = 0; at < lines.length; at++) {
      const line = lines[at] ?? "";
      const field = line === "" ? undefined : syntax.fieldOf(line);
      if (field === undefined) {
        if (line === "" || line.trim() === "") isAfterBlank = true;
        else if (record !== undefined && !(syntax.isIndented && (isAfterBlank || !/^\s/.test(line)))) {
          record.goOn(line);
          isAfterBlank = false;
        }
        continue;
      }
      const [tag, value] = field;
      if (tag === syntax.last) {
        if (record !== undefined) yield finish(record);
        record = undefined;
        continue;
      }
      if (record !== undefined && (tag === syntax.first || (isAfterBlank && syntax.startsAfterBlank?.(tag, record) === true))) {
        yield finish(record);
        record = undefined;
      }
      isAfterBlank = false;
      if (record === undefined && syntax.outside?.has(tag) === true) continue;
      record ??= new TaggedRecord(first + at);
      record.begin(tag, value, line);
    }
  }
  if (record !== undefined) yield finish(record);
}
