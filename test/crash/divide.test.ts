/** An interest is divided in two completely or not at all, whatever fails in the middle. */
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Feedback, Interest } from "../../src/core/interest.ts";
import type { PersonalStore } from "../../src/core/personal-store.ts";
import { LibraryFolder } from "../unit/storage/opened-library.ts";
import { killWhileAtIt } from "./killed.ts";

/** The feedback for each interest, and how much of it moves to the new one. */
const [said, moved] = [20, 14];
const at = "2026-01-02T00:00:00.000Z";

let folder: LibraryFolder;
beforeEach(async () => {
  folder = await LibraryFolder.make();
});
afterEach(() => folder.remove());

/** @returns the ids of interests that have papers of two kinds, with their feedback. */
async function addInterests(personal: PersonalStore, person: string, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, (_, number) => `i${String(number).padStart(2, "0")}`);
  for (const id of ids) {
    const rest = { words: "", negatives: [], filters: {}, excludedWords: [], weight: 1, created: at };
    const interest: Interest = { ...rest, id, name: id, positives: ["X:1", "X:2"] };
    await personal.putInterest(person, interest);
    for (let number = 0; number < said; number++)
      await personal.putFeedback(person, { paperId: `${id}:${number}`, kind: "save", interest: id, at });
  }
  return ids;
}

const about = (feedback: readonly Feedback[], id: string) => feedback.filter(({ interest }) => interest === id).length;

it("an error at the last paper to be moved leaves the interest and all its feedback unchanged", async () => {
  const { personal } = await folder.open();
  const [id = ""] = await addInterests(personal, "ada", 1);
  const [before] = await personal.interests("ada");
  const feedback = await personal.feedback("ada");
  if (before === undefined) throw new TypeError("there is one");
  folder.sql(`CREATE TRIGGER fault BEFORE UPDATE ON feedback WHEN new.paper_id = '${feedback.at(-1)?.paperId}'
    BEGIN SELECT RAISE(ABORT, 'the disk is gone'); END`);
  const second = { ...before, id: "second", positives: ["X:2"] };
  const division = { before, first: { ...before, positives: ["X:1"] }, second, moved: feedback };
  await expect(personal.divideInterest("ada", division)).rejects.toThrow("the disk is gone");
  expect(await personal.interests("ada")).toEqual([before]);
  expect(await personal.feedback("ada")).toEqual(feedback);
  folder.sql("DROP TRIGGER fault");
  expect(await personal.divideInterest("ada", division)).toBe(true);
  expect(about(await personal.feedback("ada"), id)).toBe(0);
});

it("SIGKILL leaves each interest either whole or fully divided, and loses none that was acknowledged", async () => {
  const { personal } = await folder.open();
  for (const lines of [1, 7, 16]) {
    const person = `ada${lines}`;
    const ids = await addInterests(personal, person, 20);
    const { said: heard } = await killWhileAtIt("divide-child.mjs", [folder.path, person, String(moved)], lines);
    const interests = new Map((await personal.interests(person)).map((interest) => [interest.id, interest]));
    const feedback = await personal.feedback(person);
    const divided = ids.filter((id) => interests.has(`${id}-second`));
    expect(divided.length).toBeGreaterThanOrEqual(lines);
    const acknowledged = heard.filter((id) => ids.includes(id));
    expect(acknowledged.filter((id) => !divided.includes(id))).toEqual([]);
    for (const id of ids) {
      const isDivided = divided.includes(id);
      expect([id, interests.get(id)?.positives]).toEqual([id, isDivided ? ["X:1"] : ["X:1", "X:2"]]);
      expect([id, about(feedback, id)]).toEqual([id, isDivided ? said - moved : said]);
      expect([id, about(feedback, `${id}-second`)]).toEqual([id, isDivided ? moved : 0]);
    }
  }
});
