/** Assembles the tokens of an XML document into the texts of its records, and remembers the elements around them. */
import { longestRecord, tooLongReason } from "./text-blocks.ts";
import type { XmlMarks } from "./xml-scanner.ts";
import { type Namespaces, noNamespaces, parseElement, parseTag, type XmlElement, XmlFault } from "./xml-tree.ts";

/** Which elements are records, and which of the others matter. */
export interface RecordShape {
  /**
   * Local names that the root may have in a document without records: `feed` without an `entry` is an empty answer, `html` is a mistake.
   */
  readonly roots: readonly string[];
  /** Called only for elements outside records. @param around the elements that contain it, the root first. */
  isRecord(local: string, around: readonly XmlElement[]): boolean;
  /** Local names of elements outside records that are kept as children of the element around them; the last one of each name. */
  readonly kept?: readonly string[];
  /** Local names of elements within records that are skipped: full texts, lists of references. */
  readonly skipped?: readonly string[];
  /** Called for every element that ends without containing a record. @returns what it is instead; undefined to ignore it. */
  whenEmpty?(element: XmlElement): EmptyElement | undefined;
}

/** An element without records may be a record itself, or has to be reported. */
export type EmptyElement = { readonly record: XmlElement } | { readonly reason: string };

/** The text of a record, or its element; or the reason why there is neither. */
export interface FoundRecord {
  readonly text: string;
  readonly element?: XmlElement;
  readonly line: number;
  readonly reason: string | undefined;
  readonly namespaces: Namespaces;
  readonly around: readonly XmlElement[];
}

/** An element outside records that has not ended yet. */
interface Around {
  readonly name: string;
  readonly namespaces: Namespaces;
  readonly line: number;
  element: XmlElement;
  hasRecords: boolean;
}

/** A record, or an element to keep, that has not ended yet. */
interface Open {
  readonly name: string;
  readonly namespace: string;
  readonly line: number;
  readonly isKept: boolean;
  readonly pieces: string[];
  length: number;
  /** The number of open elements of the same name, including itself. */
  depth: number;
  /** For each name of an element around it: how many elements of that name are open inside it. */
  readonly inner: Map<string, number>;
  skipping: { readonly name: string; depth: number } | undefined;
  fault: string | undefined;
}

const deepestAround = 200;

export class RecordCollector implements XmlMarks {
  readonly #shape: RecordShape;
  readonly #kept: ReadonlySet<string>;
  readonly #skipped: ReadonlySet<string>;
  #found: FoundRecord[] = [];
  readonly #around: Around[] = [];
  /** The elements of `#around`; computed again when they change. */
  #cached: readonly XmlElement[] | undefined;
  #open: Open | undefined;
  #root: XmlElement | undefined;
  #foundAny = false;
  #hasText = false;
  /** Set after a fault outside records was reported, until a record begins: faults that follow from it are not reported. */
  #isLost = false;

  constructor(shape: RecordShape) {
    this.#shape = shape;
    this.#kept = new Set(shape.kept);
    this.#skipped = new Set(shape.skipped);
  }

  /** Returns what was found since the last call. */
  take(): FoundRecord[] {
    const found = this.#found;
    this.#found = [];
    return found;
  }

  text(raw: string): void {
    const open = this.#open;
    if (open === undefined) {
      this.#hasText ||= raw.trim() !== "";
      return;
    }
    if (open.skipping === undefined) this.#keep(open, raw);
    else this.#keepLines(open, raw);
  }

  open(raw: string, name: string, line: number): void {
    const open = this.#open;
    if (open !== undefined) {
      // A record never contains another of its kind, and a kept element never contains a record: so the open element was not closed.
      const isNext = open.isKept
        ? this.#shape.isRecord(localOf(name), this.#elements())
        : name === open.name && this.#namespaceOf(raw) === open.namespace;
      if (!isNext) {
        this.#openInside(open, raw, name);
        return;
      }
      this.#finish(`<${open.name}> is not closed before the next <${name}>`);
    }
    this.#openOutside(raw, name, line);
  }

  close(raw: string, name: string, line: number): void {
    const open = this.#open;
    if (open !== undefined) {
      if (name === open.name) {
        open.depth--;
        if (open.depth === 0 && open.skipping !== undefined) open.fault ??= `<${open.skipping.name}> is not closed`;
        if (open.depth === 0 || open.skipping === undefined) this.#keep(open, raw);
        if (open.depth === 0) this.#finish(undefined);
        return;
      }
      const inside = open.inner.get(name);
      if (inside !== 0) {
        if (inside !== undefined) open.inner.set(name, inside - 1);
        this.#closeInside(open, raw, name);
        return;
      }
      this.#finish(`<${open.name}> is not closed before </${name}>`);
    }
    this.#closeOutside(name, line);
  }

  broken(reason: string, raw: string, line: number): void {
    if (this.#open !== undefined) {
      this.#open.fault ??= reason;
      return;
    }
    if (!this.#isLost) this.#refuse(reason, line, raw);
    this.#isLost = true;
  }

  /** Reports what is missing at the end of the input. */
  end(line: number): void {
    if (this.#open !== undefined) this.#finish(`the input ends before </${this.#open.name}>`);
    else if (this.#around.length > 0 && !this.#isLost) this.#refuse(`the input ends before </${this.#around[0]?.name}>`, line, "");
    if (this.#foundAny) return;
    if (this.#root === undefined) {
      if (this.#hasText) this.#refuse("there is no XML element in it", 1, "");
    } else if (!this.#shape.roots.includes(this.#root.local))
      this.#refuse(`there is no record of this format in <${this.#root.local}>`, 1, "");
  }

  #openInside(open: Open, raw: string, name: string): void {
    const isEmpty = raw.endsWith("/>");
    if (!isEmpty) {
      if (name === open.name) open.depth++;
      const inside = open.inner.get(name);
      if (inside !== undefined) open.inner.set(name, inside + 1);
    }
    if (open.skipping !== undefined) {
      if (!isEmpty && name === open.skipping.name) open.skipping.depth++;
      this.#keepLines(open, raw);
    } else if (!isEmpty && this.#skipped.has(localOf(name))) {
      open.skipping = { name, depth: 1 };
      this.#keepLines(open, raw);
    } else this.#keep(open, raw);
  }

  #closeInside(open: Open, raw: string, name: string): void {
    if (open.skipping === undefined) this.#keep(open, raw);
    else if (name === open.skipping.name && --open.skipping.depth === 0) open.skipping = undefined;
  }

  #openOutside(raw: string, name: string, line: number): void {
    const parent = this.#around.at(-1);
    const { element, namespaces } = parseTag(raw, parent?.namespaces ?? noNamespaces);
    this.#root ??= element;
    const isRecord = this.#shape.isRecord(element.local, this.#elements());
    const isEmpty = raw.endsWith("/>");
    if (isRecord || this.#kept.has(element.local)) {
      if (isRecord) {
        this.#isLost = false;
        for (const one of this.#around) one.hasRecords = true;
      }
      this.#open = {
        name,
        namespace: element.namespace,
        line,
        isKept: !isRecord,
        pieces: [raw],
        length: raw.length,
        depth: 1,
        inner: new Map(this.#around.map((one) => [one.name, 0])),
        skipping: undefined,
        fault: undefined,
      };
      if (isEmpty) this.#finish(undefined);
    } else if (!isEmpty && this.#around.length < deepestAround) {
      this.#around.push({ name, namespaces, line, element, hasRecords: false });
      this.#cached = undefined;
    }
  }

  #closeOutside(name: string, line: number): void {
    const at = this.#around.findLastIndex((one) => one.name === name);
    if (at === -1) {
      if (!this.#isLost && this.#shape.isRecord(localOf(name), this.#elements()))
        this.#refuse(`there is a </${name}> whose beginning is missing`, line, "");
      this.#isLost = false;
      return;
    }
    while (this.#around.length > at) {
      const ended = this.#around.pop();
      this.#cached = undefined;
      const found = ended === undefined || ended.hasRecords ? undefined : this.#shape.whenEmpty?.(ended.element);
      if (ended === undefined || found === undefined) continue;
      for (const one of this.#around) one.hasRecords = true;
      if ("reason" in found) this.#refuse(found.reason, ended.line, "");
      else this.#found.push({ ...this.#placeNow(), text: "", line: ended.line, reason: undefined, element: found.record });
    }
  }

  /** Delivers the open element. @param reason why it is refused as a whole. */
  #finish(reason: string | undefined): void {
    const open = this.#open;
    if (open === undefined) return;
    this.#open = undefined;
    const parent = this.#around.at(-1);
    const place = this.#placeNow();
    const text = open.pieces.join("");
    const fault = reason ?? open.fault ?? (open.length > longestRecord ? tooLongReason : undefined);
    if (!open.isKept) {
      this.#foundAny = true;
      this.#found.push({ ...place, text, line: open.line, reason: fault });
    } else if (fault !== undefined) this.#refuse(fault, open.line, text);
    else if (parent !== undefined) {
      try {
        const child = parseElement(text, place.namespaces);
        const others = parent.element.children.filter((one) => typeof one !== "string" && one.local !== child.local);
        // A new element, because the records found before refer to the old one.
        parent.element = { ...parent.element, children: [...others, child] };
        this.#cached = undefined;
      } catch (error) {
        if (!(error instanceof XmlFault)) throw error;
        this.#refuse(error.message, open.line + error.lines, error.excerpt);
      }
    }
  }

  #placeNow(): Pick<FoundRecord, "namespaces" | "around"> {
    return { namespaces: this.#around.at(-1)?.namespaces ?? noNamespaces, around: this.#elements() };
  }

  /** The elements around the current place, the root first. */
  #elements(): readonly XmlElement[] {
    this.#cached ??= this.#around.map((one) => one.element);
    return this.#cached;
  }

  #refuse(reason: string, line: number, text: string): void {
    this.#foundAny = true;
    this.#found.push({ text, line, reason, namespaces: noNamespaces, around: [] });
  }

  #keep(open: Open, raw: string): void {
    open.length += raw.length;
    if (open.length <= longestRecord) open.pieces.push(raw);
    else open.pieces.length = 0;
  }

  /** Keeps only the line feeds of skipped text, so that the line numbers of faults stay right. */
  #keepLines(open: Open, raw: string): void {
    if (raw.includes("\n")) this.#keep(open, raw.replace(/[^\n]+/g, ""));
  }

  #namespaceOf(raw: string): string {
    return parseTag(raw, this.#around.at(-1)?.namespaces ?? noNamespaces).element.namespace;
  }
}

function localOf(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}
