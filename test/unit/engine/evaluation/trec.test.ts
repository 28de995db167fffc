import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { linesOfRun, readRun } from "../../../../src/engine/evaluation/trec.ts";

const folder = mkdtempSync(join(tmpdir(), "paperkin-trec-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const queries = ["q1", "q2"].map((id) => ({ id, text: id, judgments: new Map([["a", 1]]) }));
const set = { name: "kettles", queries, notes: [] };
const path = join(folder, "run.txt");
const read = (text: string, holds: (id: string) => boolean = () => true) => {
  writeFileSync(path, text);
  return readRun(path, set, holds);
};
const ranked = (...scores: [string, number][]) => scores.map(([id, score]) => ({ id, score }));

describe("a run file", () => {
  it("is read back as it was written, including ties", async () => {
    const rankings = [ranked(["b", 0.5], ["a", 0.5], ["c", 0.5], ["d", 0.9]), ranked(["x", 21.25], ["y", 21.25], ["z", -3])];
    const lines = [...linesOfRun({ queries }, { name: "mine", rankings })];
    expect(lines[0]).toBe("q1 Q0 b 1 0.5000000 mine\n");
    const back = await read(lines.join(""));
    expect(back.run.name).toBe("mine");
    expect(back.run.rankings.map((all) => all.map(({ id }) => id))).toEqual([
      ["b", "a", "c", "d"],
      ["x", "y", "z"],
    ]);
    expect(back.notes).toEqual([]);
  });

  it("keeps its order in single precision too", () => {
    const rankings = [Array.from({ length: 100 }, (_, at) => ({ id: `d${at}`, score: 29.5 }))];
    const scores = [...linesOfRun({ queries }, { name: "mine", rankings })].map((line) => Math.fround(Number(line.split(" ")[4])));
    for (const [at, score] of scores.slice(1).entries()) expect(score).toBeLessThan(scores[at] ?? 0);
  });

  it("cannot hold an id with a space", () => {
    expect(() => [...linesOfRun({ queries }, { name: "mine", rankings: [ranked(["a b", 1])] })]).toThrowError(/a b/);
  });

  it("is ordered by score and, for equal ones, by the last id, as in trec_eval", async () => {
    const { run } = await read("q1 Q0 a 1 1 t\r\nq1\tQ0\tc\t2\t3e0\tt\n\nq1 Q0 b 3 1 t\nq2 Q0 a 1 1 t\n");
    expect(run.rankings[0]?.map(({ id }) => id)).toEqual(["c", "b", "a"]);
  });

  it("reports unanswered queries, and ids unknown to the collection", async () => {
    const { run, notes } = await read("q1 Q0 a 1 1 t\nq9 Q0 a 1 1 t\nq1 Q0 ghost 2 0.5 t\n", (id) => id !== "ghost");
    expect(run.rankings[1]).toEqual([]);
    expect(notes.join("\n")).toMatch(/does not answer 1 of 2[\s\S]*1 queries that are not asked[\s\S]*1 documents.*ghost/);
  });

  it.each([
    "q1 Q0 a 1 t",
    "q1 Q0 a 1 high t",
    "q1 Q0 a first 1 t",
    "q1 Q0 a 1 NaN t",
    "q1 Q0 a 1 1 t more",
    "q1 Q0 b 1 1 t",
    "q1 Q0 a 1 1 other",
    "\u0000\u0001",
  ])("names file and line of “%s”", async (line) => {
    await expect(read(`q1 Q0 b 1 2 t\n${line}\n`)).rejects.toMatchObject({
      code: "file_unreadable",
      message: expect.stringContaining(`${path}, line 2`),
    });
  });

  it.each([
    ["", /answers no query/],
    ["q9 Q0 a 1 1 t\n", /answers no query/],
    ["q1 Q0 a 1 1 ../../t\n", /not allowed/],
  ])("is refused if it is of no use: “%s”", async (text, why) => {
    await expect(read(text)).rejects.toMatchObject({ code: "file_unreadable", message: expect.stringMatching(why) });
  });

  it("is named if it does not exist", async () => {
    await expect(readRun(join(folder, "none.txt"), set, () => true)).rejects.toMatchObject({ code: "file_unreadable" });
  });
});
