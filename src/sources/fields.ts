/** Reads fields of JSON records of unknown shape: the value in the right type, undefined, or a fault that names the field. */
import { RecordFault } from "./record.ts";

export type JsonObject = Record<string, unknown>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Throws `RecordFault` for anything but an object. */
export function asObject(value: unknown): JsonObject {
  if (!isObject(value)) throw new RecordFault(undefined, "the record is not a JSON object");
  return value;
}

/** A string; a number is written out. Absent and null are undefined. Throws `RecordFault` for other types. */
export function textField(record: JsonObject, field: string): string | undefined {
  const value = record[field];
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string") return value;
  if (typeof value === "number" && Number.isFinite(value)) return String(value);
  throw new RecordFault(field, `it should be a text, and is ${describe(value)}`);
}

export function numberField(record: JsonObject, field: string): number | undefined {
  const value = record[field];
  if (value === undefined || value === null) return undefined;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  // JSON does not limit the size of numbers: 1e400.
  const what = typeof value === "number" ? "beyond what numbers can be" : describe(value);
  throw new RecordFault(field, `it should be a number, and is ${what}`);
}

/** A list of strings; a single string is a list of one. */
export function listField(record: JsonObject, field: string): string[] {
  const value = record[field];
  if (value === undefined || value === null) return [];
  if (typeof value === "string") return [value];
  if (Array.isArray(value) && value.every((item): item is string => typeof item === "string")) return value;
  throw new RecordFault(field, `it should be a list of texts, and is ${describe(value)}`);
}

/** An object, or undefined for anything else. */
export function objectField(record: JsonObject, field: string): JsonObject | undefined {
  const value = record[field];
  return isObject(value) ? value : undefined;
}

/** The objects of a list; anything else in it is skipped. */
export function objectsField(record: JsonObject, field: string): JsonObject[] {
  const value = record[field];
  if (!Array.isArray(value)) return [];
  return value.filter(isObject);
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  return value === null ? "null" : typeof value === "object" ? "an object" : `a ${typeof value}`;
}
