import { describe, expect, it } from "vitest";
import { isNameWanted, nameKey, wantedNameKeys } from "../../../src/core/author-names.ts";
import { authorSeparator } from "../../../src/core/paper-keys.ts";
import { beginningWithAny, nameMatcher } from "../../../src/core/wanted-names.ts";

const names = [
  "Ada Lovelace",
  "A. B. Lovelace",
  "Grace M. Hopper",
  "Kurt Gödel",
  "Hopper",
  "Li Wang",
  "L. Short",
  "Ludwig van Beethoven",
  "Xu Li",
];
const asked = [
  "Lovelace, A.",
  "love",
  "Lovelace AB",
  "Hopper, Grace",
  "G. Hopper",
  "Goedel",
  "Kurt Goedel",
  "L Wang",
  "W Wang",
  "long short",
  "van Beethoven",
  "Beethoven, L.",
  "Lovelace and a very long name that goes on",
  "li",
  "…",
];

describe("many wanted names at once", () => {
  it("are found exactly as each one alone is", () => {
    for (const name of names) {
      const key = nameKey(name);
      for (const one of asked)
        expect([name, one, nameMatcher(wantedNameKeys(one))(key)]).toEqual([
          name,
          one,
          wantedNameKeys(one).some((wanted) => isNameWanted(key, wanted)),
        ]);
    }
    const all = nameMatcher(asked.flatMap(wantedNameKeys));
    const one = (key: string) => asked.flatMap(wantedNameKeys).some((wanted) => isNameWanted(key, wanted));
    expect(names.map(nameKey).map(all)).toEqual(names.map(nameKey).map(one));
  });

  it("are found in a list of names, but not across two of them", () => {
    const row = [nameKey("Ada Kettle"), nameKey("Bo Lovelace")].join(authorSeparator);
    expect(nameMatcher(wantedNameKeys("Lovelace, B."))(row)).toBe(true);
    expect(nameMatcher(wantedNameKeys("Lovelace, Ada"))(row)).toBe(false);
    expect(nameMatcher(wantedNameKeys("Kettle Bo"))(row)).toBe(false);
  });

  it("are prefixes of words: a shorter one is found beside a longer one", () => {
    const holds = beginningWithAny(["journal of copper kettles", "jo", "international conference"]);
    expect(["the journals", "a john", "ajo", "an international confer", "international conferences", ""].map(holds)).toEqual([
      true,
      true,
      false,
      false,
      true,
      false,
    ]);
    expect(beginningWithAny([])("anything")).toBe(false);
  });
});
