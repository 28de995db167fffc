/**
 * The records of an XML document, as one small tree each, at constant memory. The elements around them are remembered as far as a format
 * requires. An error affects only the record that contains it: reading continues at the next one. External entities are never fetched, and
 * definitions in a DTD are ignored.
 */
import { RecordCollector, type RecordShape } from "./xml-collector.ts";
import { XmlScanner } from "./xml-scanner.ts";
import { parseElement, type XmlElement, XmlFault } from "./xml-tree.ts";

export interface XmlRecord {
  readonly element: XmlElement;
  /** The elements that contain it, the root first, with their attributes and the children that the shape keeps. */
  readonly around: readonly XmlElement[];
  /** The line on which it begins, from 1. */
  readonly line: number;
  /** The beginning of its text, for reports. */
  readonly beginning: string;
  /** The length of its text in characters. */
  readonly length: number;
}

/** What could not be read, and where. */
export interface XmlRefusal {
  readonly reason: string;
  readonly line: number;
  /** The text as written. */
  readonly excerpt: string;
}

export type XmlItem = { readonly kind: "record"; readonly record: XmlRecord } | { readonly kind: "refused"; readonly refusal: XmlRefusal };

/** @param bytes UTF-8; a byte order mark is skipped. */
export async function* readXmlRecords(bytes: AsyncIterable<Uint8Array>, shape: RecordShape): AsyncIterable<XmlItem> {
  const collector = new RecordCollector(shape);
  const scanner = new XmlScanner(collector);
  const decoder = new TextDecoder("utf-8");
  try {
    for await (const chunk of bytes) {
      scanner.write(decoder.decode(chunk, { stream: true }));
      yield* itemsOf(collector);
    }
  } catch (fault) {
    scanner.flush();
    yield* itemsOf(collector);
    throw fault;
  }
  scanner.write(decoder.decode());
  scanner.end();
  collector.end(scanner.line);
  yield* itemsOf(collector);
}

function* itemsOf(collector: RecordCollector): Iterable<XmlItem> {
  for (const found of collector.take()) {
    const beginning = found.text.slice(0, 400);
    if (found.reason !== undefined) yield { kind: "refused", refusal: { reason: found.reason, line: found.line, excerpt: beginning } };
    else {
      try {
        const element = found.element ?? parseElement(found.text, found.namespaces);
        yield { kind: "record", record: { element, around: found.around, line: found.line, beginning, length: found.text.length } };
      } catch (error) {
        if (!(error instanceof XmlFault)) throw error;
        yield {
          kind: "refused",
          refusal: { reason: error.message, line: found.line + error.lines, excerpt: error.excerpt },
        };
      }
    }
  }
}
