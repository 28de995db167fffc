/** Records of XML documents, whole and broken. */
import { describe, expect, it } from "vitest";
import type { RecordShape } from "../../../src/sources/xml-collector.ts";
import { readXmlRecords, type XmlItem } from "../../../src/sources/xml-records.ts";
import { attributeOf, childrenOf, elementAt, elementWithin, plainText } from "../../../src/sources/xml-tree.ts";
import { inputOf } from "./reading.ts";

const shape: RecordShape = { roots: ["set"], isRecord: (local) => local === "entry", kept: ["meta"], skipped: ["body"] };

async function itemsOf(xml: string | Uint8Array, pieceBytes = 1_000_000, chosen = shape): Promise<XmlItem[]> {
  const bytes = Buffer.from(xml);
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += pieceBytes) pieces.push(bytes.subarray(at, at + pieceBytes));
  const items: XmlItem[] = [];
  for await (const item of readXmlRecords(inputOf(...pieces).bytes, chosen)) items.push(item);
  return items;
}

/** Texts of records, reasons of refusals with their lines. */
async function summaryOf(xml: string, pieceBytes?: number): Promise<string[]> {
  return (await itemsOf(xml, pieceBytes)).map((item) =>
    item.kind === "record" ? (plainText(item.record.element) ?? "") : `${item.refusal.line}: ${item.refusal.reason}`,
  );
}

describe("records", () => {
  it("keep text and elements in order, however the bytes are split", async () => {
    const xml =
      '\ufeff<?xml version="1.0"?><!-- <entry>no</entry> --><set><entry>a <b>bé</b> c<![CDATA[ <d> & ]]]]><![CDATA[>]]></entry><entry/>\n<entry>x</entry></set>\n';
    for (const pieceBytes of [1, 2, 3, 7, 1000]) {
      const [first, second, third] = await itemsOf(xml, pieceBytes);
      if (first?.kind !== "record") throw new TypeError("no record");
      expect(first.record.element.children.map((child) => (typeof child === "string" ? child : `<${child.local}>`)).join("|")).toBe(
        "a |<b>| c| <d> & ]]|>",
      );
      expect(second).toMatchObject({ kind: "record", record: { line: 1 } });
      expect(third).toMatchObject({ kind: "record", record: { line: 2 } });
    }
  });

  it("know their namespaces, including inherited ones, whatever the prefix", async () => {
    const [item] = await itemsOf(
      '<set xmlns="urn:a" xmlns:p="urn:b"><p:entry p:id="1"><q xmlns=""/><p:r xmlns:p="urn:c"/><z:s/></p:entry></set>',
    );
    if (item?.kind !== "record") throw new TypeError("no record");
    const { element } = item.record;
    expect([element, ...childrenOf(element)].map(({ local, namespace }) => [local, namespace])).toEqual([
      ["entry", "urn:b"],
      ["q", ""],
      ["r", "urn:c"],
      ["s", ""],
    ]);
    expect(attributeOf(element, "id")).toBe("1");
  });

  it("include the elements around them at that place", async () => {
    const items = await itemsOf(
      '<set id="s&amp;t"><meta>one</meta><entry/><part n="1"><meta>two</meta><entry/></part><part n="2"><entry/><meta>three</meta><meta>four</meta><entry/></part></set>',
    );
    const around = items.map((item) =>
      item.kind === "record" ? item.record.around.map((one) => [...one.attributes.values(), plainText(elementAt(one, "meta"))]) : [],
    );
    expect(around).toEqual([
      [["s&t", "one"]],
      [
        ["s&t", "one"],
        ["1", "two"],
      ],
      [
        ["s&t", "one"],
        ["2", undefined],
      ],
      [
        ["s&t", "one"],
        ["2", "four"],
      ],
    ]);
  });

  it("leave out skipped elements, and their line numbers stay right", async () => {
    const items = await itemsOf(`<set><entry>a<body>\n\n${"<p>x</p>\n".repeat(10)}</body>\nb</entry>\n<entry><body/>\n<c></entry>`);
    expect(items).toMatchObject([{ kind: "record" }, { kind: "refused", refusal: { line: 16 } }, { kind: "refused" }]);
    const [first] = items;
    if (first?.kind !== "record") throw new TypeError("no record");
    expect(plainText(first.record.element)?.replace(/\s+/g, "")).toBe("ab");
  });

  it("may contain elements of the same name in another namespace", async () => {
    const [item, ...others] = await itemsOf('<set><entry><m><entry xmlns="urn:x"><t>in</t></entry></m>out</entry></set>');
    if (item?.kind !== "record") throw new TypeError("no record");
    expect(others).toEqual([]);
    expect(plainText(item.record.element)).toBe("inout");
    expect(elementWithin(item.record.element, "t")?.namespace).toBe("urn:x");
  });
});

describe("a document without end", () => {
  it("is read as it arrives, and closed when reading stops", async () => {
    let letGo = false;
    async function* bytes() {
      try {
        yield Buffer.from('<!DOCTYPE set SYSTEM "set.dtd" [<!ENTITY a "b">]><set>');
        for (;;) yield Buffer.from(`<!-- x -->${"<entry><t>text</t></entry>\n".repeat(2_000)}`);
      } finally {
        letGo = true;
      }
    }
    let count = 0;
    for await (const item of readXmlRecords(bytes(), shape)) {
      expect(item.kind).toBe("record");
      if (++count === 5_000) break;
    }
    expect(letGo).toBe(true);
  });
});

describe("a mistake in XML", () => {
  it.each([
    ["an end tag that is missing", "<entry><b>x</entry>", "3: the XML is not well-formed: unexpected close tag"],
    ["a bare ampersand", "<entry>\nA & B</entry>", /^4: the XML is not well-formed: /],
    ["a bare angle", "<entry>1 < 2</entry>", /^3: the XML is not well-formed: disallowed character in tag name/],
    ["a tag in a tag", "<entry>\n<b <c></entry>", "3: there is a “<” inside a tag"],
    ["an attribute twice", '<entry a="1" a="2"/>', /^3: the XML is not well-formed: duplicate attribute/],
    ["an end that is missing", "<entry>x", "3: <entry> is not closed before the next <entry>"],
    ["a beginning that is missing", "x</entry>", "3: there is a </entry> whose beginning is missing"],
    ["a broken beginning", "<entry <b>x</b></entry>", "3: there is a “<” inside a tag"],
    ["a comment without end", "<entry>x<!-- y</entry>", "3: a comment is not closed"],
    ["a section without end", "<entry>x<![CDATA[ y</entry>", "3: a CDATA section is not closed"],
    ["a declaration inside", "<entry><!DOCTYPE x</entry>", "3: a declaration is not closed"],
    ["too much depth", `<entry>${"<b>".repeat(201)}${"</b>".repeat(201)}</entry>`, "3: elements are nested more than 200 deep"],
  ])("affects only its own record: %s", async (_, broken, reason) => {
    const xml = `<set>\n<entry>before</entry>\n${broken}\n<entry>after</entry>\n</set>`;
    for (const pieceBytes of [1000, 5]) {
      const [first, second, third, ...others] = await summaryOf(xml, pieceBytes);
      expect([first, third, others]).toEqual(["before", "after", []]);
      expect(second).toMatch(reason);
    }
  });

  it("at the end is reported, and everything before it is kept", async () => {
    expect(await summaryOf("<set>\n<entry>a</entry>\n<entry>b")).toEqual(["a", "3: the input ends before </entry>"]);
    expect(await summaryOf("<set>\n<entry>a</entry>\n")).toEqual(["a", "3: the input ends before </set>"]);
    expect(await summaryOf("<set>\n<entry>a</entry></set")).toEqual(["a", "2: a tag is not closed"]);
  });

  it("outside records does not affect them", async () => {
    expect(await summaryOf("<set><meta><b></meta><entry>a</entry></set>")).toEqual([
      "1: the XML is not well-formed: unexpected close tag",
      "a",
    ]);
    expect(await summaryOf("<set><meta>x<entry>a</entry><other></set>")).toEqual(["1: <meta> is not closed before the next <entry>", "a"]);
    expect(await summaryOf("<set><p><entry>a</entry></set>")).toEqual(["a"]);
  });

  it("does not carry the volume of an unclosed record over to the next record", async () => {
    const items = await itemsOf('<set><part n="1"><entry>a</part><part n="2"><entry>b</entry></part></set>');
    expect(items).toMatchObject([
      { kind: "refused", refusal: { reason: "<entry> is not closed before </part>" } },
      { kind: "record", record: { around: [{ local: "set" }, { attributes: new Map([["n", "2"]]) }] } },
    ]);
  });

  it("is reported for a record of more than 4 MiB, a document of another format, or text that is not XML", async () => {
    const [first, second] = await summaryOf(`<set><entry>${"x".repeat(4_200_000)}</entry><entry>y</entry></set>`);
    expect([first, second]).toEqual(["1: the record is longer than 4 MiB", "y"]);
    expect(await summaryOf("<html><p>x</p></html>")).toEqual(["1: there is no record of this format in <html>"]);
    expect(await summaryOf("id,title\n")).toEqual(["1: there is no XML element in it"]);
    expect(await summaryOf(" \n")).toEqual([]);
    expect(await summaryOf("<set/>")).toEqual([]);
  });

  it("is not reported for several documents in a row", async () => {
    const one = '<?xml version="1.0"?>\n<!DOCTYPE set [<!ELEMENT set ANY>]>\n<set><entry>a</entry></set>\n';
    expect(await summaryOf(one + one)).toEqual(["a", "a"]);
  });
});

describe("entities", () => {
  it("stay as written, whatever a document defines or refers to", async () => {
    const definitions =
      '<!DOCTYPE set [<!-- "> --><!ENTITY a "<b>boom</b>"><!ENTITY % p SYSTEM "http://127.0.0.1:1/x"> %p;<!ENTITY f SYSTEM "file:///etc/passwd">]>';
    const [item] = await itemsOf(`${definitions}<set><entry t="&a;">&a; &f; &eacute; &amp;lt; &#233; &#x1F;</entry></set>`);
    if (item?.kind !== "record") throw new TypeError("no record");
    expect(plainText(item.record.element)).toBe("&a; &f; &eacute; &lt; é &#x1F;");
    expect(attributeOf(item.record.element, "t")).toBe("&a;");
  });

  it("for control characters, and such characters themselves, are harmless", async () => {
    expect(await summaryOf("<set><entry>a\u0001b\u000bc</entry></set>")).toEqual(["abc"]);
  });
});
