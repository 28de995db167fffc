/**
 * The records of a JSON document in any of its forms, at constant memory: one record per line, one list, records one after another, or an
 * object that holds the list. A broken record is reported once, and reading continues at the next one.
 */
import type { NewPaper } from "../core/paper.ts";
import type { Place, SourceInput, SourceRecord } from "../core/source.ts";
import { lookBehind, TextCursor } from "./json-cursor.ts";
import { findNextRecord, mayFollowRecord, modelOf, settingOf } from "./json-recovery.ts";
import { code, type ScanState, unexpectedReason, ValueScanner } from "./json-scanner.ts";
import { refused } from "./paper-or-refusal.ts";
import { faultOf, RecordFault, withoutStacks } from "./record.ts";
import { longestRecord, readTextBlocks, tooLongReason } from "./text-blocks.ts";

/** A record as written in the document. */
export interface JsonValue {
  /** The line on which it begins, from 1. */
  readonly line: number;
  /** The whole record, for `JSON.parse`; if it is broken, the text around the fault. */
  readonly text: string;
  /** Why it cannot be parsed. */
  readonly fault: string | undefined;
  /** The name of the member, for a value that is not a record but stands next to the records. */
  readonly beside?: string;
}

/** What accompanies the paper of a record. */
export type AroundPaper = Pick<Extract<SourceRecord, { kind: "paper" }>, "collectionKeys" | "key" | "item">;

export interface JsonShape {
  /** What else the record of a paper says. */
  readonly around?: (value: unknown) => AroundPaper;
  /** The member next to the records that holds information about them. */
  readonly besides?: string;
  /** The collections in that member, or in a record that is not a paper. */
  readonly collectionsIn?: (value: unknown, place: Place) => SourceRecord[];
}

/**
 * Reads one paper per record.
 * @param places names of the members that hold records, for an object that is not a record itself: `results`, `message.items`.
 * @param toPaper throws `RecordFault` for a record that is not a valid paper; returns undefined for one that is deliberately not a paper.
 */
export async function* readJsonPapers(
  input: SourceInput,
  places: readonly string[],
  toPaper: (value: unknown) => NewPaper | undefined,
  { around = () => ({}), besides, collectionsIn = () => [] }: JsonShape = {},
): AsyncIterable<SourceRecord> {
  for await (const { line, text, fault, beside } of readJsonValues(input.bytes, places, besides)) {
    const place = { file: input.name, line };
    if (fault !== undefined) {
      yield refused(place, text, fault);
      continue;
    }
    try {
      const value = parseValue(text);
      const collections = besides === undefined || beside !== undefined ? collectionsIn(value, place) : [];
      yield* collections;
      if (collections.length > 0 || beside !== undefined) continue;
      const paper = toPaper(value);
      if (paper !== undefined) yield { kind: "paper", paper, place, ...around(value) };
    } catch (error) {
      const { message, field } = faultOf(error);
      yield refused(place, text, message, field);
    }
  }
}

function parseValue(text: string): unknown {
  try {
    return withoutStacks(() => JSON.parse(text));
  } catch (error) {
    throw new RecordFault(undefined, invalid(error instanceof Error ? error.message : String(error)));
  }
}

function invalid(reason: string): string {
  return `not valid JSON: ${reason}`;
}

/** @param places as in {@link readJsonPapers}. */
export function readJsonValues(
  bytes: AsyncIterable<Uint8Array>,
  places: readonly string[] = [],
  besides?: string,
): AsyncIterable<JsonValue> {
  return new JsonDocument(new TextCursor(readTextBlocks(bytes)), places, besides).values();
}

/** The initial allowance of text that may be scanned twice to find the record after a broken one. It grows with the text that was read. */
const firstRescans = 1 << 20;

/** Separators between records; U+001E is the one of JSON text sequences. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the record separator is matched on purpose
const separators = /[\s,\u001e]*/y;
const spaces = /\s*/y;
const restOfLine = /[^\n]*/y;

/** Characters on each side of a fault that a report shows. */
const aroundFault = 60;

const endsInRecord = "the input ends in the middle of the record";
const endsInList = "the input ends before the list of records does";

/** The outcome for an object: it held records, it held none, it is broken, or its list is lost and reading continues at the top level. */
type Outcome = "held" | "empty" | "broken" | "lost";

class JsonDocument {
  /** The number of objects that are open around the current value. */
  #depth = 0;
  /** Whether the outermost of them may still turn out to be a record. */
  #mayBeRecord = false;
  /** Why the value that was read last is broken. */
  #fault = "";
  /** The remaining allowance for scanning twice, and the position up to which it has been credited. */
  #rescans = firstRescans;
  #accounted = 0;
  /** The text of the last good record. */
  #model = "";
  readonly #scanner = new ValueScanner();
  readonly #places: ReadonlySet<string>;
  /** Names of members that contain records at a deeper level. */
  readonly #ways: ReadonlySet<string>;

  constructor(
    readonly cursor: TextCursor,
    places: readonly string[],
    readonly besides: string | undefined,
  ) {
    this.#places = new Set(places);
    this.#ways = new Set(places.flatMap((place) => [...place.matchAll(/\./g)].map(({ index }) => place.slice(0, index))));
  }

  async *values(): AsyncGenerator<JsonValue, void> {
    const { cursor } = this;
    try {
      for (
        let next = await cursor.next(separators);
        next !== undefined;
        next = cursor.look(separators) ?? (await cursor.next(separators))
      ) {
        if (next === code.openList) {
          cursor.at++;
          yield* this.#list();
        } else if (next === code.openObject) yield* this.#onTop();
        else yield await this.#line();
        cursor.keep = undefined;
      }
    } finally {
      // Closes the input if the caller stops early.
      await cursor.close();
    }
  }

  async *#onTop(): AsyncGenerator<JsonValue, void> {
    const { cursor } = this;
    const line = cursor.lineAt(cursor.here);
    cursor.keep = cursor.here;
    this.#depth = 0;
    this.#mayBeRecord = true;
    if ((yield* this.#object("")) !== "broken") return;
    yield this.#broken(this.#mayBeRecord ? line : cursor.lineAt(cursor.here), this.#fault);
    await this.#recover(false);
  }

  /** The values of a list. @returns whether its end was found. */
  async *#list(): AsyncGenerator<JsonValue, boolean> {
    const { cursor } = this;
    this.#mayBeRecord = false;
    for (;;) {
      cursor.keep = undefined;
      const next = cursor.look(separators) ?? (await cursor.next(separators));
      const start = cursor.here;
      const line = cursor.lineAt(start);
      if (next === undefined) {
        yield this.#broken(line, endsInList);
        return false;
      }
      if (next === code.closeList) {
        cursor.at++;
        return true;
      }
      cursor.keep = start;
      if (this.#pass() || (await this.#passOn())) yield this.#valueSince(start, line);
      else {
        yield this.#broken(line, this.#fault);
        if (!(await this.#recover(true))) return false;
      }
    }
  }

  /**
   * An object that is a record, or contains some.
   * @param way the path of names that leads to it.
   */
  async *#object(way: string): AsyncGenerator<JsonValue, Outcome> {
    const { cursor } = this;
    const start = cursor.here;
    const line = cursor.lineAt(start);
    let outcome: Outcome = "empty";
    this.#depth++;
    cursor.at++;
    for (;;) {
      const next = cursor.look(separators) ?? (await cursor.next(separators));
      if (next === code.closeObject) break;
      if (next !== code.quote) return this.#unexpected(next, "a name in quotes or “}”");
      const name = await this.#passName();
      if (name === undefined) return "broken";
      const mark = cursor.look(spaces) ?? (await cursor.next(spaces));
      if (mark !== code.colon) return this.#unexpected(mark, "“:”");
      cursor.at++;
      const first = cursor.look(spaces) ?? (await cursor.next(spaces));
      const place = way === "" ? name : `${way}.${name}`;
      if (first === code.openList && this.#places.has(place)) {
        cursor.at++;
        outcome = (yield* this.#list()) ? "held" : "lost";
      } else if (first === code.openObject && (this.#places.has(place) || this.#ways.has(place))) {
        const inner = yield* this.#object(place);
        if (inner !== "empty") outcome = inner;
      } else if (place === this.besides) {
        if ((yield* this.#beside(place)) === "broken") outcome = "broken";
      } else if (!this.#pass() && !(await this.#passOn())) outcome = "broken";
      if (outcome === "lost" || outcome === "broken") return outcome;
    }
    this.#depth--;
    cursor.at++;
    if (outcome === "held" || (way !== "" && !this.#places.has(way))) return outcome;
    yield this.#valueSince(start, line);
    cursor.keep = undefined;
    this.#mayBeRecord = false;
    return "held";
  }

  /** The value of the member that begins here, unless it is longer than a record may be. */
  async *#beside(beside: string): AsyncGenerator<JsonValue, "broken" | "passed"> {
    const { cursor } = this;
    const start = cursor.here;
    const line = cursor.lineAt(start);
    const isKept = cursor.keep !== undefined;
    cursor.keep ??= start;
    if (!this.#pass() && !(await this.#passOn())) return "broken";
    if (cursor.keep !== undefined && cursor.here - start <= longestRecord)
      yield { line, text: cursor.since(start), fault: undefined, beside };
    if (!isKept) cursor.keep = undefined;
    return "passed";
  }

  /** A line that does not begin with a list or an object. */
  async #line(): Promise<JsonValue> {
    const { cursor } = this;
    const start = cursor.here;
    cursor.keep = start;
    while (cursor.look(restOfLine) === undefined) {
      this.#letGoOfLong();
      if (!(await cursor.more())) break;
    }
    return this.#valueSince(start, cursor.lineAt(start));
  }

  /** Skips the value that begins here. @returns whether its end is in memory. */
  #pass(): boolean {
    this.#scanner.reset();
    return this.#scan() === "ended";
  }

  /** Continues where {@link #pass} did not reach the end. @returns whether the value is complete; if not, `#fault` says why. */
  async #passOn(): Promise<boolean> {
    for (let state = this.#scan(); state !== "ended"; state = this.#scan()) {
      if (state === "broken") {
        this.#fault = this.#scanner.fault;
        return false;
      }
      this.#letGoOfLong();
      if (await this.cursor.more()) continue;
      this.#fault = endsInRecord;
      return this.#scanner.mayEndHere;
    }
    return true;
  }

  #scan(): ScanState {
    const state = this.#scanner.scan(this.cursor.text, this.cursor.at);
    this.cursor.at = this.#scanner.at;
    return state;
  }

  /** The name of a member, without its quotes; undefined for a broken one. */
  async #passName(): Promise<string | undefined> {
    const { cursor } = this;
    const start = cursor.here;
    const isKept = cursor.keep !== undefined;
    cursor.keep ??= start;
    if (!this.#pass() && !(await this.#passOn())) return undefined;
    const name = cursor.keep === undefined ? "" : cursor.since(start);
    if (!isKept) cursor.keep = undefined;
    // Escapes are not decoded: names that lead to records do not contain any.
    return name.slice(1, -1);
  }

  /** A value that is longer than a record may be is scanned to its end, but not kept. */
  #letGoOfLong(): void {
    const { cursor } = this;
    if (cursor.keep !== undefined && cursor.here - cursor.keep > longestRecord) cursor.keep = undefined;
  }

  #valueSince(start: number, line: number): JsonValue {
    const { cursor } = this;
    if (cursor.here - start > longestRecord) return { line, text: "", fault: tooLongReason };
    const text = cursor.since(start);
    this.#model = text;
    return { line, text, fault: undefined };
  }

  #unexpected(found: number | undefined, expected: string): "broken" {
    const { text, at } = this.cursor;
    this.#scanner.reset();
    this.#fault = found === undefined ? endsInRecord : unexpectedReason(text, at, expected);
    return "broken";
  }

  /** @param line the line of the record, or of the fault if that is outside any record. */
  #broken(line: number, reason: string): JsonValue {
    const { text, at, keep } = this.cursor;
    const from = Math.max(0, at - aroundFault, keep === undefined ? 0 : this.cursor.indexOf(keep));
    const lineEnd = text.indexOf("\n", at);
    const to = Math.min(at + aroundFault, lineEnd === -1 ? text.length : lineEnd);
    return { line, text: text.slice(from, to), fault: invalid(reason) };
  }

  /** Moves to the next record after a broken one. @returns whether it is in the same list. */
  async #recover(inList: boolean): Promise<boolean> {
    const { cursor } = this;
    const broken = cursor.here;
    const start = cursor.keep ?? broken;
    const { indent, isFirst } = settingOf(cursor.text, cursor.indexOf(start));
    const model = inList && !isFirst ? (modelOf(this.#model) ?? modelOf(cursor.since(start))) : undefined;
    const surroundings = { indent, inList, model };
    const behind = Math.max(broken, start + 1);
    let from = this.#mayRescan(start, broken) ? start + 1 : behind;
    let balancing: number | undefined = behind;
    /** The position at which the brackets of the broken record are closed. */
    let closed: number | undefined;
    let isExhausted = false;
    this.#scanner.forgive(inList ? 0 : this.#depth);
    for (;;) {
      const found = findNextRecord(cursor.text, cursor.indexOf(from), cursor.indexOf(Math.max(from, behind)), surroundings);
      const end = "index" in found ? found.index : cursor.text.length;
      if (balancing !== undefined && end > cursor.indexOf(balancing)) {
        const state = this.#scanner.scan(cursor.text.slice(0, end), cursor.indexOf(balancing));
        balancing = cursor.placeOf(this.#scanner.at);
        if (state === "ended") [closed, balancing] = [balancing, undefined];
      }
      if (closed !== undefined) {
        const at = cursor.indexOf(closed);
        const following = cursor.text.slice(at, at + lookBehind);
        // What follows may not have arrived yet.
        const isFit = mayFollowRecord(following, inList) ?? (isExhausted || following.length === lookBehind ? true : undefined);
        if (isFit === true) return this.#goOn(at, inList);
        if (isFit === false) closed = undefined;
      }
      if ("index" in found) {
        if (closed === undefined) return this.#goOn(found.index, found.inList);
      } else from = Math.max(from, cursor.placeOf(found.settled));
      cursor.keep = Math.min(from, balancing ?? closed ?? from);
      cursor.at = cursor.text.length;
      if (await cursor.more()) continue;
      if (closed === undefined) return this.#goOn(cursor.text.length, false);
      isExhausted = true;
    }
  }

  #goOn(index: number, inList: boolean): boolean {
    this.cursor.at = index;
    this.cursor.keep = undefined;
    return inList;
  }

  #mayRescan(start: number, broken: number): boolean {
    this.#rescans += Math.max(0, broken - this.#accounted);
    this.#accounted = Math.max(this.#accounted, broken);
    if (broken - start > this.#rescans) return false;
    this.#rescans -= broken - start;
    return true;
  }
}
