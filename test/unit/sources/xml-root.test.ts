/** How much of a document is examined to recognise its format. */
import { expect, it } from "vitest";
import { headOf } from "../../../src/sources/xml-root.ts";

it("The root element is found behind a declaration, comments and spaces", () => {
  const text =
    '<?xml version="1.0"?>\n<!-- a <b> -->\n<!DOCTYPE a [<!ENTITY c "d">]>\n<m:modsCollection xmlns:m="http://www.loc.gov/mods/v3" e="f">';
  const head = headOf(text);
  expect(head?.root).toMatchObject({ local: "modsCollection", namespace: "http://www.loc.gov/mods/v3" });
  expect(head?.root.attributes.get("e")).toBe("f");
  expect(head?.text).toBe(text);
});

it("A tag of millions of attributes is read no further than a tag can be long, and nothing is looked for behind a long beginning", () => {
  const attributes = (count: number) => Array.from({ length: count }, (_, at) => `a${at}="b"`).join(" ");
  const root = headOf(`<mods ${attributes(1_000)} ${attributes(200_000)}>`)?.root;
  expect(root?.local).toBe("mods");
  expect(root?.attributes.size).toBeGreaterThan(1_000);
  expect(root?.attributes.size).toBeLessThan(20_000);
  for (const beginning of ["<!---->", "<?a?>", "    "]) expect(headOf(`${beginning.repeat(200_000)}<mods/>`)).toBeUndefined();
});
