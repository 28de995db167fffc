/**
 * Records of tagged lines, which reference managers and databases have exported since the days of punched cards: a line begins with a tag,
 * and its value may continue on the lines below. RIS, EndNote, MEDLINE and ISI differ mainly in their tags.
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
  /** The tag that begins a record. Any other field also begins one if no record is open. */
  readonly first: string;
  /** The tag that ends a record, if there is one. */
  readonly last?: string;
  /** Tags that belong to the file rather than to a record. */
  readonly outside?: ReadonlySet<string>;
  /** Whether a field after an empty line belongs to a new record. If absent, empty lines have no meaning. */
  startsAfterBlank?(tag: string, record: TaggedRecord): boolean;
  /** Whether only indented lines continue a value; other lines without a tag are then ignored. */
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

  /** Appends a line to the last value. */
  goOn(line: string): void {
    this.#grow(line);
    const values = this.#open;
    const at = values === undefined ? -1 : values.length - 1;
    if (values !== undefined && !this.isTooLong) values[at] = `${values[at]}\n${line.trim()}`;
  }

  has(tag: string): boolean {
    return this.#values.has(tag);
  }

  /** The non-empty values of these tags, in order. Values that took several lines contain line feeds. */
  all(...tags: readonly string[]): string[] {
    const found: string[] = [];
    for (const tag of tags) for (const value of this.#values.get(tag) ?? []) if (value !== "") found.push(value);
    return found;
  }

  /** The first non-empty value of these tags. */
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

/** @param toPaper throws `RecordFault` for a record that is not a valid paper. */
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
