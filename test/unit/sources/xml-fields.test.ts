/** Ids, languages and people in XML records. */
import { expect, it } from "vitest";
import { languageTag } from "../../../src/sources/language-tag.ts";
import { doisIn, knownIds } from "../../../src/sources/xml-fields.ts";
import { peopleIn, personOf } from "../../../src/sources/xml-people.ts";

it("knownIds keeps only ids of known schemes, as written", () => {
  expect(
    knownIds(["arXiv:2401.00001v2", undefined, "doi:10.1/x", "10.1234/x", "ISSN 1234-5678", "jk-1", "https://arxiv.org/abs/2401.00001"]),
  ).toEqual(["arXiv:2401.00001v2", "10.1234/x", "https://arxiv.org/abs/2401.00001"]);
});

it.each([
  ["10.1234/a 10.1234/b", ["10.1234/a", "10.1234/b"]],
  ["doi:10.1234/a", ["10.1234/a"]],
  ["info:doi/10.1234/a", ["10.1234/a"]],
  ["https://doi.org/10.1234/a", ["https://doi.org/10.1234/a"]],
  ["2401.00001", []],
  ["none", []],
  [undefined, []],
])("doisIn finds the DOIs in %s", (text, dois) => {
  expect(doisIn(text)).toEqual(dois);
});

it.each([
  ["eng", "en"],
  ["ger", "de"],
  ["English", "en"],
  ["en-us", "en-US"],
  ["pt_BR", "pt-BR"],
  ["und", undefined],
  ["a language", undefined],
  ["e", undefined],
  [undefined, undefined],
])("languageTag recognises the language %s", (text, tag) => {
  expect(languageTag(text)).toBe(tag);
});

it("personOf names people from parts", () => {
  expect(personOf({ given: "Ada", family: "Example", suffix: "Jr", orcid: "https://orcid.org/0000-0001-0000-000x" })).toEqual({
    name: "Ada Example Jr",
    family: "Example",
    given: "Ada",
    orcid: "0000-0001-0000-000X",
  });
  expect(personOf({ family: "Group" })).toEqual({ name: "Group" });
  expect(personOf({ name: "Example, Ada" })).toEqual({ name: "Ada Example", family: "Example", given: "Ada" });
  expect(personOf({ given: "Mononym" })).toEqual({ name: "Mononym" });
  expect(personOf({ name: " " })).toBeUndefined();
});

it("peopleIn splits several people in one text", () => {
  const names = (text: string | undefined) => peopleIn(text).map(({ name }) => name);
  expect(names("A. Example (1), B. Other, Jr. and C. Third ((1) Lab, (2) Home)")).toEqual(["A. Example", "B. Other Jr.", "C. Third"]);
  expect(names("Andr\\'e Example; Bo Other & Cy")).toEqual(["André Example", "Bo Other", "Cy"]);
  expect(names(undefined)).toEqual([]);
});
