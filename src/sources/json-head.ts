/** The first record of a JSON document, for recognising its format, even if the head ends within it. */
import { isObject, type JsonObject, objectField } from "./fields.ts";
import { ValueScanner } from "./json-scanner.ts";

/** The rest of a longer head is ignored. */
const longestHead = 256 * 1024;
/** The number of candidate starts that are tried. */
const mostStarts = 20;

const starts = /(?:^[\s,]*|\n)(?=[[{])/g;

/**
 * @param places names of the members that hold records, for an object that is not a record itself: `results`, `message.items`.
 * @returns the first record, as far as the head goes, or the surrounding object if that holds no record. Never throws.
 */
export function firstRecordIn(head: string, places: readonly string[] = []): JsonObject | undefined {
  const text = head.slice(0, longestHead).replace(/^\ufeff/, "");
  let broken: JsonObject | undefined;
  let left = mostStarts;
  for (const start of text.matchAll(starts)) {
    if (left-- === 0) break;
    const { value, isBroken } = usableValue(text, start.index + start[0].length);
    const record = recordIn(value, places);
    if (record !== undefined && (!isBroken || record !== value)) return record;
    // A broken line reveals little; a later one may be better.
    broken ??= record;
  }
  return broken;
}

/** Whether a head begins a list that holds nothing but `null`. */
export function holdsOnlyNull(head: string): boolean {
  return /^\[(?:null,?)+\]?$/.test(head.slice(0, longestHead).replace(/[\s\ufeff]+/g, ""));
}

/** The value that begins at `at`; if it is cut off, what is open is closed. */
function usableValue(text: string, at: number): { value: unknown; isBroken: boolean } {
  const scanner = new ValueScanner();
  const state = scanner.scan(text, at);
  const { end, closing } = scanner.usable;
  try {
    const value: unknown = JSON.parse(state === "ended" ? text.slice(at, scanner.at) : text.slice(at, end) + closing);
    return { value, isBroken: state === "broken" };
  } catch {
    return { value: undefined, isBroken: true };
  }
}

function recordIn(value: unknown, places: readonly string[]): JsonObject | undefined {
  if (Array.isArray(value)) return value.find(isObject);
  if (!isObject(value)) return undefined;
  for (const place of places) {
    const held = memberAt(value, place);
    const record = Array.isArray(held) || isObject(held) ? recordIn(held, []) : undefined;
    if (record !== undefined) return record;
  }
  return value;
}

function memberAt(value: JsonObject, place: string): unknown {
  const names = place.split(".");
  const last = names.pop() ?? "";
  const holder = names.reduce<JsonObject | undefined>((at, name) => (at === undefined ? undefined : objectField(at, name)), value);
  return holder !== undefined && Object.hasOwn(holder, last) ? holder[last] : undefined;
}
