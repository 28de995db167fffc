/** What prefixes are completed to, as papers come, change and go. */
import { expect } from "vitest";
import type { Library } from "../../src/core/library.ts";
import type { NewPaper } from "../../src/core/paper.ts";
import { inventPaper } from "./invented-papers.ts";
import type { Behaviours } from "./library.contract.ts";

function titled(number: number, title: string, changes: Partial<NewPaper> = {}): NewPaper {
  return inventPaper(number, { title, published: "2020", authors: [], venue: undefined, categories: [], ...changes });
}

const kinds = ["titles", "authors", "venues", "categories", "sources"] as const;

async function titlesFor(library: Library, typed: string, limit = 5): Promise<string[]> {
  const { titles } = await library.suggest(typed, ["titles"], limit);
  return (await library.papers(titles)).map((stored) => stored?.paper.title ?? "?");
}

export const suggestionBehaviours: Behaviours = {
  "suggests titles that begin so, then those with a word that does, then those that have each word": async ({ library }) => {
    await library.upsert([
      titled(1, "The copper kettle"),
      titled(2, "Copper kettles of the north"),
      titled(3, "Kettles and copper"),
      titled(4, "Copper kettle"),
      titled(5, "Copper pipes"),
    ]);
    await library.warmUp();
    expect(await titlesFor(library, "copper ket")).toEqual([
      "Copper kettles of the north",
      "Copper kettle",
      "The copper kettle",
      "Kettles and copper",
    ]);
    expect(await titlesFor(library, "COPPER, kettle")).toEqual([
      "Copper kettle",
      "Copper kettles of the north",
      "The copper kettle",
      "Kettles and copper",
    ]);
    expect(await titlesFor(library, "copper kettle ")).toEqual(["Copper kettle", "The copper kettle"]);
    expect(await titlesFor(library, "opper")).toEqual([]);
    expect(await titlesFor(library, "copper", 2)).toHaveLength(2);
  },

  "orders titles that fit alike by votes, then the newest first, then by paperId (I8)": async ({ library }) => {
    await library.upsert([
      titled(1, "Copper a", { published: "2021" }),
      titled(2, "Copper b", { published: "2023-05" }),
      titled(3, "Copper c", { votes: 2 }),
      titled(4, "Copper d", { votes: 7 }),
      titled(5, "Copper e", { published: undefined }),
      titled(6, "Copper f", { published: "2021-01-01" }),
    ]);
    await library.warmUp();
    expect(await titlesFor(library, "cop", 6)).toEqual(["Copper d", "Copper c", "Copper b", "Copper a", "Copper f", "Copper e"]);
  },

  "suggests authors by any of their names, those of most papers first, spelt as most papers do": async ({ library }) => {
    const by = (number: number, ...names: string[]) => titled(number, `Paper ${number}`, { authors: names.map((name) => ({ name })) });
    await library.upsert([
      by(1, "José Núñez", "Smita Rao"),
      by(2, "Jose Nunez", "Noah Smith"),
      by(3, "JOSÉ NÚÑEZ", "Noah Smith"),
      by(4, "José Núñez", "Noah Smith"),
    ]);
    await library.warmUp();
    const authors = async (typed: string) => (await library.suggest(typed, ["authors"], 5)).authors;
    expect(await authors("smi")).toEqual([
      { value: "Noah Smith", papers: 3 },
      { value: "Smita Rao", papers: 1 },
    ]);
    for (const typed of ["nun", "núñ", "jose n", "nunez, j"]) expect(await authors(typed)).toEqual([{ value: "José Núñez", papers: 4 }]);
    await library.remove(["X:1", "X:4"]);
    expect(await authors("nun")).toEqual([{ value: "JOSÉ NÚÑEZ", papers: 2 }]);
    expect(await authors("rao")).toEqual([]);
  },

  "suggests venues, categories and sources, and only the kinds that are asked for": async ({ library }) => {
    await library.upsert([titled(1, "Neural nets", { venue: "NeurIPS 2017", categories: ["cs.CL", "cs.LG"], sources: ["neural"] })]);
    await library.upsert([titled(2, "Something else", { venue: "ICML", categories: ["cs.LG"] })]);
    await library.warmUp();
    expect(await library.suggest("neur", kinds, 5)).toEqual({
      titles: await library.resolve(["X:1"]),
      authors: [],
      venues: [{ value: "NeurIPS 2017", papers: 1 }],
      categories: [],
      sources: [{ value: "neural", papers: 1 }],
      complete: true,
    });
    expect((await library.suggest("cs.", kinds, 5)).categories).toEqual([
      { value: "cs.LG", papers: 2 },
      { value: "cs.CL", papers: 1 },
    ]);
    expect((await library.suggest("neur", ["venues"], 5)).titles).toEqual([]);
  },

  "suggests nothing for an empty or an overlong text": async ({ library }) => {
    await library.upsert([titled(1, "a ".repeat(150))]);
    await library.warmUp();
    const nothing = { titles: [], authors: [], venues: [], categories: [], sources: [], complete: true };
    for (const typed of ["", " ", "-", "\ud800", "a ".repeat(101)]) expect(await library.suggest(typed, kinds, 5)).toEqual(nothing);
    expect((await library.suggest("a ".repeat(80), kinds, 5)).titles).toHaveLength(1);
  },

  "follows papers that are added, changed and removed": async ({ library }) => {
    await library.upsert([titled(1, "Copper kettles", { authors: [{ name: "Ada Lovelace" }] })]);
    await library.warmUp();
    await library.upsert([titled(2, "Copper pipes", { authors: [{ name: "Ada Lovelace" }] })]);
    await library.upsert([titled(1, "Silver kettles", { authors: [{ name: "Bo Diddley" }] })]);
    expect(await titlesFor(library, "cop")).toEqual(["Copper pipes"]);
    expect(await titlesFor(library, "silv")).toEqual(["Silver kettles"]);
    expect((await library.suggest("ada", ["authors"], 5)).authors).toEqual([{ value: "Ada Lovelace", papers: 1 }]);
    await library.remove(["X:2"]);
    expect(await titlesFor(library, "cop")).toEqual([]);
    expect((await library.suggest("ada", ["authors"], 5)).authors).toEqual([]);
    await library.upsert([titled(3, "Copper again", { authors: [{ name: "Ada Lovelace" }] })]);
    expect(await titlesFor(library, "cop")).toEqual(["Copper again"]);
    expect((await library.suggest("ada", ["authors"], 5)).authors).toEqual([{ value: "Ada Lovelace", papers: 1 }]);
  },
};
