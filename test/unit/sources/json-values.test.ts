/** The records of JSON documents, in every form that they have, whole and broken. */
import { describe, expect, it } from "vitest";
import { type JsonValue, readJsonPapers, readJsonValues } from "../../../src/sources/json-values.ts";
import { paperOf, RecordFault } from "../../../src/sources/record.ts";
import { lines, textInput } from "./reading-text.ts";

async function valuesOf(text: string, places: readonly string[] = [], pieceBytes = 64 * 1024): Promise<JsonValue[]> {
  const values: JsonValue[] = [];
  for await (const value of readJsonValues(textInput(text, pieceBytes).bytes, places)) values.push(value);
  return values;
}

/** Line and value of each record; the reason in place of a broken one. */
const shown = (values: readonly JsonValue[]) =>
  values.map(({ line, text, fault }) => [line, fault?.replace(/^not valid JSON: /, "") ?? JSON.parse(text)]);

describe("the records of a JSON document", () => {
  const [a, b, c] = [{ n: 1 }, { n: "two", list: [[], {}] }, { n: '3 "}],{' }];

  it.each<readonly [string, string, readonly string[]]>([
    ["one a line", lines(JSON.stringify(a), "", JSON.stringify(b), JSON.stringify(c)), []],
    ["a list", JSON.stringify([a, b, c]), []],
    ["a list over many lines", JSON.stringify([a, b, c], undefined, 2), []],
    ["objects one behind the other", [a, b, c].map((value) => JSON.stringify(value, undefined, 2)).join(""), []],
    ["a text sequence", [a, b, c].map((value) => `\u001e${JSON.stringify(value)}\n`).join(""), []],
    ["a list in an object", JSON.stringify({ total: 3, data: [a, b, c], next: { data: [] } }), ["data"]],
    ["a list further inside", JSON.stringify({ status: "ok", message: { facets: {}, items: [a, b, c] } }), ["message.items", "message"]],
    ["two lists in an object", JSON.stringify({ items: [a], other: [9], more: [b, c] }), ["items", "more"]],
    ["a list a line", `${JSON.stringify([a, b])}\n${JSON.stringify([c])}\n`, []],
    ["windows lines and a mark", `\ufeff${JSON.stringify([a, b, c], undefined, 2).replaceAll("\n", "\r\n")}`, []],
  ])("are the same in %s, however its bytes arrive", async (_, text, places) => {
    for (const pieceBytes of [1, 7, 1 << 16]) {
      const values = await valuesOf(text, places, pieceBytes);
      expect(shown(values).map(([, value]) => value)).toEqual([a, b, c]);
    }
  });

  it("have the number of the line on which they begin", async () => {
    const text = lines("[", "  {", '    "n": 1', "  }, {", '    "n": 2', "  },", "", '  {"n": 3}, {"n": 4}', "]");
    for (const pieceBytes of [1, 1 << 16])
      expect(shown(await valuesOf(text, [], pieceBytes))).toEqual([
        [2, { n: 1 }],
        [4, { n: 2 }],
        [8, { n: 3 }],
        [8, { n: 4 }],
      ]);
    expect(shown(await valuesOf('\n\n{"data":\n[\n{"n": 1}]}', ["data"]))).toEqual([[5, { n: 1 }]]);
  });

  it("may be one object over any number of lines, or an object with one record in a named member", async () => {
    const text = JSON.stringify({ n: 1, inner: { items: [1] } }, undefined, 2);
    expect(shown(await valuesOf(text, ["items"]))).toEqual([[1, { n: 1, inner: { items: [1] } }]]);
    expect(shown(await valuesOf(`{"status": "ok",\n "message": {"DOI": "x"}}`, ["message.items", "message"]))).toEqual([[2, { DOI: "x" }]]);
  });

  it("are empty for an empty list", async () => {
    for (const [text, places] of [
      ["[]", []],
      ['{"data": [], "total": 0}', ["data"]],
      ['{"message": {"items": []}}', ["message.items", "message"]],
      [" \n", []],
    ] as const)
      expect(await valuesOf(text, places)).toEqual([]);
  });

  it("may be values of any other type, which the caller judges", async () => {
    expect(shown(await valuesOf('[null, 1, "a", [2]]'))).toEqual([
      [1, null],
      [1, 1],
      [1, "a"],
      [1, [2]],
    ]);
    const [only] = await valuesOf("Kinds of kin\n");
    expect(only).toMatchObject({ line: 1, text: "Kinds of kin", fault: undefined });
  });
});

describe("a broken record", () => {
  const good = (n: number) => `{"n": ${n}, "title": "T${n}"}`;

  it.each([
    ["a quotation mark too few", '{"n": 2, "title": "T2}'],
    ["a quotation mark too many", '{"n": 2, "title": "T"2"}'],
    ["a comma too few", '{"n": 2 "title": "T2"}'],
    ["a bracket too many", '{"n": 2, "title": "T2"}}'],
    ["a bracket too few", '{"n": 2, "title": ["T2"}'],
    ["a name without quotes", "{n: 2}"],
    ["words between", "and then {"],
    ["no value", '{"n": , "title": "T2"}'],
  ])("with %s affects only itself", async (_, broken) => {
    const forms: readonly (readonly [string, readonly string[]])[] = [
      [`[\n  ${[good(1), broken, good(3), good(4)].join(",\n  ")}\n]\n`, []],
      [lines(good(1), broken, good(3), good(4)), []],
      [`{"total": 4,\n "data": [\n  ${[good(1), broken, good(3), good(4)].join(",\n  ")}\n ]\n}\n`, ["data"]],
      [`{"message": {"items": [\n${[good(1), broken, good(3), good(4)].join(",\n")}\n]}}`, ["message.items", "message"]],
    ];
    for (const [text, places] of forms) {
      for (const pieceBytes of [5, 1 << 16]) {
        const values = (await valuesOf(text, places, pieceBytes)).map(({ line, text: found, fault }) => {
          try {
            return fault === undefined ? JSON.parse(found).n : `line ${line}`;
          } catch {
            return `line ${line}`;
          }
        });
        const line = text.slice(0, text.indexOf(broken)).split("\n").length;
        expect(values.filter((value) => typeof value === "number" && value !== 2)).toEqual([1, 3, 4]);
        expect(values.filter((value) => typeof value === "string")).toContain(`line ${line}`);
        expect(values.length).toBeLessThanOrEqual(6);
      }
    }
  });

  it("in a list on one line is skipped by its brackets or by the names in the next record", async () => {
    const values = shown(
      await valuesOf(`[${good(1)}, {"n": 2, "title": nothing at all}, ${good(3)}, {"n": "4, "title": "T"}, ${good(5)}]`),
    );
    expect(values.flatMap(([, value]) => (typeof value === "object" ? [Reflect.get(Object(value), "n")] : []))).toEqual([1, 3, 5]);
    expect(values).toHaveLength(5);
  });

  it("ends at the same place whether or not the following text has arrived", async () => {
    for (const text of ['[{"n": : 1}\n[{"n": 2}]\n', '[{"n": : 1}\n\n,\n{"n": 2}]\n', '[{"n": : 1},\n\n]\n{"n": 2}\n']) {
      const whole = await valuesOf(text);
      for (const pieceBytes of [1, 12, 13]) expect(await valuesOf(text, [], pieceBytes)).toEqual(whole);
      expect(whole.filter(({ fault }) => fault !== undefined)).toHaveLength(1);
    }
  });

  it("is reported if the document ends too early", async () => {
    expect(shown(await valuesOf(`[\n${good(1)},\n{"n": 2, "title": "T`))).toEqual([
      [2, { n: 1, title: "T1" }],
      [3, "the input ends in the middle of the record"],
    ]);
    expect(shown(await valuesOf(`{"data": [\n${good(1)},\n`, ["data"]))).toEqual([
      [2, { n: 1, title: "T1" }],
      [3, "the input ends before the list of records does"],
    ]);
    expect(shown(await valuesOf('{"n": 1,\n "title": "T1"'))).toEqual([[1, "the input ends in the middle of the record"]]);
  });

  it("is reported and not kept if it is longer than 4 MiB", async () => {
    const long = `{"n": 2, "title": "${"x".repeat(4 * 1024 * 1024)}"}`;
    for (const text of [
      `[${good(1)},\n${long},\n${good(3)}]`,
      lines(good(1), long, good(3)),
      `{"data": [\n${good(1)},${long},${good(3)}]}`,
    ]) {
      const values = await valuesOf(text, ["data"]);
      expect(values.map(({ fault }) => fault)).toEqual([undefined, "the record is longer than 4 MiB", undefined]);
      expect(values[1]?.text).toBe("");
    }
  });

  it("is reported with a shortened excerpt around the fault", async () => {
    const [broken] = await valuesOf(`{"title": "${"x".repeat(500)}", "n": oh dear, "rest": "${"y".repeat(500)}"}`);
    expect(broken?.fault).toContain("“d” stands where a name in quotes or “}” should be");
    expect(broken?.text).toContain("oh dear");
    expect(broken?.text.length).toBeLessThan(200);
  });

  it("may not be nested more deeply than memory allows", async () => {
    const deep = "[".repeat(20_000);
    const values = await valuesOf(lines(good(1), `{"n": ${deep}`, good(3)));
    expect(values.map(({ line }) => line)).toEqual([1, 2, 3]);
    expect(values[1]?.fault).toContain("more than 10000 lists and objects are open");
  });
});

describe("papers of a JSON document", () => {
  it("are refused with line, field and excerpt, and skipped if they are deliberately not papers", async () => {
    const input = textInput('[{"title": "T1"},\n{"title": ""},\n{"skip": true},\n{"title": 5},\n{"title": "\\x"},\n{"title": "T2"}]');
    const records = [];
    for await (const record of readJsonPapers(input, [], (value) => {
      const { title, skip } = Object(value);
      if (skip === true) return undefined;
      if (typeof title !== "string") throw new RecordFault("title", "it is no text");
      return paperOf({ ids: [], nameless: true, title }, "test");
    }))
      records.push(
        record.kind === "refused"
          ? [record.refusal.place.line, record.refusal.field]
          : record.kind === "paper"
            ? [record.place.line, record.paper.title]
            : [],
      );
    expect(records).toEqual([
      [1, "T1"],
      [2, "title"],
      [4, "title"],
      [5, undefined],
      [6, "T2"],
    ]);
  });
});
