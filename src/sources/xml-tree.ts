/**
 * Small XML trees: one record, or the tag of an element around records. Parsing is strict, and entities declared by the document are not
 * expanded.
 */
import { SaxesParser } from "saxes";
import { RecordFault } from "./record.ts";

export type XmlNode = XmlElement | string;

export interface XmlElement {
  /** The name without its prefix. */
  readonly local: string;
  /** The address of its namespace; empty if it has none, or if the prefix is not declared. */
  readonly namespace: string;
  /** By name as written: `xml:lang`, `rdf:about`. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlNode[];
}

/** What one tag declares, by prefix (the default namespace has the empty one); these take precedence over the declarations around it. */
export interface Namespaces {
  readonly declared: ReadonlyMap<string, string>;
  readonly outer: Namespaces | undefined;
}

export const noNamespaces: Namespaces = { declared: new Map(), outer: undefined };

/** Text that is not well-formed XML. */
export class XmlFault extends RecordFault {
  constructor(
    reason: string,
    /** Lines from the beginning of the text to the fault. */
    readonly lines: number,
    /** The text around the fault. */
    readonly excerpt: string,
  ) {
    super(undefined, reason);
    this.name = "XmlFault";
  }
}

const deepest = 200;
const noAttributes: ReadonlyMap<string, string> = new Map();

const predefined = new Map([
  ["lt", "<"],
  ["gt", ">"],
  ["amp", "&"],
  ["quot", '"'],
  ["apos", "'"],
]);

/** Every other entity stays as written: later steps decode those of HTML, and nothing is ever expanded. */
const entities = new Proxy<Record<string, string>>(
  {},
  {
    get: (_, name) => {
      if (typeof name !== "string" || !/^[\p{L}_][\p{L}\p{N}._-]{0,63}$/u.test(name)) return undefined;
      return predefined.get(name) ?? `&${name};`;
    },
  },
);

/** Some programs write these characters into records; they carry no meaning. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed
const forbiddenCharacters = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

/**
 * @param text one element with its content.
 * @param namespaces those declared around it.
 * Throws `XmlFault`.
 */
export function parseElement(text: string, namespaces: Namespaces): XmlElement {
  const parser = new SaxesParser({ fragment: true });
  parser.ENTITIES = entities;
  let root: XmlElement | undefined;
  const open: { element: XmlElement; children: XmlNode[]; namespaces: Namespaces }[] = [];
  const faultOf = (reason: string) => {
    const at = Math.min(parser.position, text.length);
    return new XmlFault(reason, parser.line - 1, text.slice(Math.max(0, at - 60), at + 40));
  };
  parser.on("error", (error) => {
    const reason = error.message.replace(/^(?:\d+:\d+: )?(.*?)\.?$/s, "$1");
    // A reference to a number that is not a character: it stays as text, and is removed with the other markup.
    if (reason === "malformed character entity") return;
    throw faultOf(`the XML is not well-formed: ${reason}`);
  });
  let attributes: Map<string, string> | undefined;
  parser.on("attribute", ({ name, value }) => {
    attributes ??= new Map();
    attributes.set(name, value);
  });
  parser.on("opentag", ({ name }) => {
    if (open.length >= deepest) throw faultOf(`elements are nested more than ${deepest} deep`);
    const parent = open.at(-1);
    const around = parent?.namespaces ?? namespaces;
    const inner = attributes === undefined ? around : declare(around, attributes);
    const { local, namespace } = resolveName(name, inner);
    const children: XmlNode[] = [];
    const element: XmlElement = { local, namespace, attributes: attributes ?? noAttributes, children };
    attributes = undefined;
    if (parent === undefined) root = element;
    else parent.children.push(element);
    open.push({ element, children, namespaces: inner });
  });
  const addText = (characters: string) => void open.at(-1)?.children.push(characters);
  parser.on("text", addText);
  parser.on("cdata", addText);
  parser.on("closetag", () => void open.pop());
  parser.write(text.replace(forbiddenCharacters, "")).close();
  if (root === undefined) throw new XmlFault("there is no element", 0, text.slice(0, 100));
  return root;
}

/** @param raw a start tag. @returns its element without children; errors in it are ignored. */
export function parseTag(raw: string, namespaces: Namespaces): { element: XmlElement; namespaces: Namespaces } {
  const attributes = new Map<string, string>();
  const token = /\s*(?:([^\s"'<>/=]+)|(=)\s*(?:"([^"]*)"|'([^']*)')|.)/gsy;
  token.lastIndex = 1;
  const name = token.exec(raw)?.[1] ?? "";
  let attribute: string | undefined;
  for (let match = token.exec(raw); match !== null; match = token.exec(raw)) {
    const [, word, equals, double, single] = match;
    if (equals !== undefined && attribute !== undefined) attributes.set(attribute, decodePredefined(double ?? single ?? ""));
    attribute = word;
  }
  const inner = declare(namespaces, attributes);
  return { element: { ...resolveName(name, inner), attributes, children: [] }, namespaces: inner };
}

function declare(outer: Namespaces, attributes: ReadonlyMap<string, string>): Namespaces {
  let declared: Map<string, string> | undefined;
  for (const [name, value] of attributes) {
    if (name !== "xmlns" && !name.startsWith("xmlns:")) continue;
    declared ??= new Map();
    declared.set(name.slice(6), value.trim());
  }
  return declared === undefined ? outer : { declared, outer };
}

function resolveName(name: string, namespaces: Namespaces): { local: string; namespace: string } {
  const colon = name.indexOf(":");
  const prefix = colon === -1 ? "" : name.slice(0, colon);
  let namespace: string | undefined;
  for (let scope: Namespaces | undefined = namespaces; scope !== undefined && namespace === undefined; scope = scope.outer)
    namespace = scope.declared.get(prefix);
  return { local: name.slice(colon + 1), namespace: namespace ?? "" };
}

function decodePredefined(value: string): string {
  return value.replace(/&(lt|gt|amp|quot|apos);/g, (whole, name: string) => predefined.get(name) ?? whole);
}

/** The child elements with these names, or all of them. */
export function childrenOf(element: XmlElement | undefined, ...locals: readonly string[]): XmlElement[] {
  return (element?.children ?? []).filter(
    (child): child is XmlElement => typeof child !== "string" && (locals.length === 0 || locals.includes(child.local)),
  );
}

/** The elements at the end of a path of names. */
export function elementsAt(element: XmlElement | undefined, ...path: readonly string[]): XmlElement[] {
  let found = element === undefined ? [] : [element];
  for (const local of path) found = found.flatMap((one) => childrenOf(one, local));
  return found;
}

/** The first element at the end of a path of names. */
export function elementAt(element: XmlElement | undefined, ...path: readonly string[]): XmlElement | undefined {
  return elementsAt(element, ...path)[0];
}

/** The first element of this name at any depth, in document order. */
export function elementWithin(element: XmlElement, local: string): XmlElement | undefined {
  for (const child of childrenOf(element)) {
    const found = child.local === local ? child : elementWithin(child, local);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** An attribute by its name without prefix. */
export function attributeOf(element: XmlElement | undefined, local: string): string | undefined {
  if (element === undefined) return undefined;
  const direct = element.attributes.get(local);
  if (direct !== undefined) return direct;
  for (const [name, value] of element.attributes) if (name.endsWith(`:${local}`) && !name.startsWith("xmlns:")) return value;
  return undefined;
}

/** The text of an element and its descendants as written, trimmed; undefined if it is empty. */
export function plainText(element: XmlElement | undefined): string | undefined {
  const text = element === undefined ? "" : textWithin(element).trim();
  return text === "" ? undefined : text;
}

function textWithin(element: XmlElement): string {
  return element.children.map((child) => (typeof child === "string" ? child : textWithin(child))).join("");
}
