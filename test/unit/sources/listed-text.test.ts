/** Lists of names and words that are one text. */
import { describe, expect, it } from "vitest";
import { listedAuthor, listedAuthors, listedWords } from "../../../src/sources/listed-text.ts";

const names = (text: string) => listedAuthors(text).map(({ name }) => name);

describe("authors in one text", () => {
  it("are split at the separators of the text", () => {
    expect(names("Lantern, Ada; Kettle, Bo")).toEqual(["Ada Lantern", "Bo Kettle"]);
    expect(names("Lantern, A. (57190000000); Kettle, B. (57190000001)")).toEqual(["A. Lantern", "B. Kettle"]);
    expect(names("Ada Lantern|Bo Kettle")).toEqual(["Ada Lantern", "Bo Kettle"]);
    expect(names("Ada Lantern, Bo Kettle, Cy Third et al.")).toEqual(["Ada Lantern", "Bo Kettle", "Cy Third et al."]);
    expect(names("Ada Lantern, Bo Kettle, et al.")).toEqual(["Ada Lantern", "Bo Kettle"]);
    expect(names("Ada Lantern, Bo Kettle and Cy Third")).toEqual(["Ada Lantern", "Bo Kettle", "Cy Third"]);
    expect(names("Lantern, Ada and Kettle, Bo and others")).toEqual(["Ada Lantern", "Bo Kettle"]);
    expect(names("Lantern, A., Kettle, B. C., & Third, D.")).toEqual(["A. Lantern", "B. C. Kettle", "D. Third"]);
    expect(names("Lantern A., Kettle B.")).toEqual(["Lantern A.", "Kettle B."]);
    expect(names("['Ada Lantern', \"Bo O'Kettle\"]")).toEqual(["Ada Lantern", "Bo O'Kettle"]);
  });

  it("may be a single name", () => {
    expect(listedAuthors("Lantern, Ada")).toEqual([{ name: "Ada Lantern", family: "Lantern", given: "Ada" }]);
    expect(names("Ada Lantern")).toEqual(["Ada Lantern"]);
    expect(names("Anderson")).toEqual(["Anderson"]);
    expect(names(" ")).toEqual([]);
    expect(listedAuthor("The Lantern Group,")).toEqual({ name: "The Lantern Group" });
  });
});

describe("words in one text", () => {
  it("are split at the strongest separator in the text", () => {
    expect(listedWords("kettles, song")).toEqual(["kettles", "song"]);
    expect(listedWords("Kettles, warm; song;")).toEqual(["Kettles, warm", "song"]);
    expect(listedWords("a|b\nc, d")).toEqual(["a", "b", "c, d"]);
    expect(listedWords("['kettles', 'song']")).toEqual(["kettles", "song"]);
    expect(listedWords("")).toEqual([]);
  });
});
