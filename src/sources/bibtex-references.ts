/**
 * What entries inherit from others in the same file: a paper from its proceedings (`crossref`), and fields from BibLaTeX's `xdata`. BibTeX
 * requires the proceedings to come after the papers, so papers with missing fields wait for them, within limits.
 */
import type { BibtexFields } from "./bibtex-fields.ts";

export interface BibtexEntry extends BibtexFields {
  readonly type: string;
  readonly line: number;
  /** The beginning of the entry as written, for reports. */
  readonly beginning: string;
}

const parentTypes = /^(?:mv)?(?:proceedings|collection|book|reference|periodical|xdata)$/;
const datesTaken = ["date", "year", "month"] as const;
const fieldsTaken = ["booktitle", "journaltitle", "journal", "eprinttype", "primaryclass"] as const;

const mostParents = 20_000;
const longestTaken = 500;
const mostWaiting = 2_000;
const mostWaitingText = 8 * 1024 * 1024;

export class CrossReferences {
  readonly #parents = new Map<string, ReadonlyMap<string, string>>();
  /** By the key that they wait for, in the order of arrival. */
  readonly #waiting = new Map<string, BibtexEntry[]>();
  #waitingCount = 0;
  #waitingText = 0;

  /** Takes the next entry. @yields entries that need not wait any longer. */
  *take(entry: BibtexEntry): Generator<BibtexEntry> {
    yield* this.#completed(entry);
    const key = entry.key.toLowerCase();
    if (key === "" || !parentTypes.test(entry.type) || this.#parents.has(key) || this.#parents.size >= mostParents) return;
    this.#parents.set(key, taken(entry));
    const children = this.#waiting.get(key) ?? [];
    this.#waiting.delete(key);
    for (const child of children) {
      this.#count(child, -1);
      yield* this.#completed(child);
    }
  }

  /** The entries that are still waiting. */
  *end(): Generator<BibtexEntry> {
    for (const children of this.#waiting.values()) for (const child of children) yield this.#inherit(child);
    this.#waiting.clear();
  }

  *#completed(entry: BibtexEntry): Generator<BibtexEntry> {
    const missing = lacks(entry) ? parentsOf(entry).find((key) => !this.#parents.has(key)) : undefined;
    if (missing === undefined) {
      yield this.#inherit(entry);
      return;
    }
    const others = this.#waiting.get(missing) ?? [];
    if (others.length === 0) this.#waiting.set(missing, others);
    others.push(entry);
    this.#count(entry, 1);
    if (this.#waitingCount > mostWaiting || this.#waitingText > mostWaitingText) {
      yield* this.end();
      this.#waitingCount = 0;
      this.#waitingText = 0;
    }
  }

  #count(entry: BibtexEntry, sign: 1 | -1): void {
    this.#waitingCount += sign;
    for (const value of entry.fields.values()) this.#waitingText += sign * value.length;
  }

  #inherit(entry: BibtexEntry): BibtexEntry {
    const parents = parentsOf(entry).flatMap((key) => this.#parents.get(key) ?? []);
    if (parents.length === 0) return entry;
    const fields = new Map(entry.fields);
    for (const parent of parents) {
      const names = [...(hasDate(fields) ? [] : datesTaken), ...fieldsTaken];
      for (const name of names) {
        const value = parent.get(name);
        if (value !== undefined && !fields.has(name)) fields.set(name, value);
      }
    }
    return { ...entry, fields };
  }
}

/** The fields that other entries inherit from an entry: its title becomes the title of their book. */
function taken({ type, fields }: BibtexEntry): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  const add = (name: string, value: string | undefined) => {
    // A copy, because a slice of a string keeps the whole string in memory.
    if (value !== undefined && value.length <= longestTaken) values.set(name, Buffer.from(value).toString());
  };
  for (const name of [...datesTaken, ...fieldsTaken]) add(name, fields.get(name));
  if (type !== "xdata" && !values.has("booktitle")) add("booktitle", fields.get("title"));
  return values;
}

function parentsOf({ fields }: BibtexEntry): string[] {
  return [fields.get("crossref"), ...(fields.get("xdata") ?? "").split(",")]
    .map((key) => (key ?? "").trim().toLowerCase())
    .filter((key) => key !== "")
    .slice(0, 5);
}

function lacks({ fields }: BibtexEntry): boolean {
  return !hasDate(fields) || !["booktitle", "journal", "journaltitle"].some((name) => fields.has(name));
}

function hasDate(fields: ReadonlyMap<string, string>): boolean {
  return fields.has("date") || fields.has("year");
}
