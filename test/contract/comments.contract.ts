/** What people say of papers. */
import { expect } from "vitest";
import type { Comment } from "../../src/core/comment.ts";
import type { Behaviours } from "./library.contract.ts";

const comment = (id: string, changes: Partial<Comment> = {}): Comment => ({
  id,
  paperId: "x:1",
  person: "ada",
  text: "Of kettles.\nAnd lids.",
  created: `2026-01-01T00:00:0${id.length}.000Z`,
  ...changes,
});

export const commentBehaviours: Behaviours = {
  "keeps comments under any of a paper's ids, oldest first, and counts them": async ({ library: { comments } }) => {
    for (const one of [
      comment("ccc"),
      comment("a", { paperId: "x:2" }),
      comment("bb", { person: "bob" }),
      comment("d", { paperId: "x:3" }),
    ])
      await comments.addComment(one);
    expect(await comments.comments(["x:2", "x:1"])).toEqual([
      comment("a", { paperId: "x:2" }),
      comment("bb", { person: "bob" }),
      comment("ccc"),
    ]);
    expect(await comments.comments([])).toEqual([]);
    expect([...(await comments.countComments(["x:3", "x:1", "x:9"]))]).toEqual([
      ["x:1", 2],
      ["x:3", 1],
    ]);
    expect([await comments.countCommentsOf("ada"), await comments.countCommentsOf("eve")]).toEqual([3, 0]);
    expect(await comments.comment("bb")).toEqual(comment("bb", { person: "bob" }));
    expect([await comments.removeComment("bb"), await comments.removeComment("bb")]).toEqual([true, false]);
    expect(await comments.comment("bb")).toBeUndefined();
  },

  "adds no comment if the same person has since written the same text on the same paper": async ({ library: { comments } }) => {
    const first = comment("a");
    const again = comment("bb");
    expect(await comments.addComment(first, first.created)).toEqual(first);
    expect(await Promise.all([comments.addComment(again, first.created), comments.addComment(comment("ccc"), first.created)])).toEqual([
      first,
      first,
    ]);
    for (const [id, changes] of [
      ["d", { text: "Of lids." }],
      ["e", { person: "bob" }],
      ["f", { paperId: "x:2" }],
    ] as const)
      expect((await comments.addComment(comment(id, changes), first.created)).id).toBe(id);
    expect((await comments.addComment(again, again.created)).id).toBe("bb");
  },

  "removes a person's comments with the person, and nobody else's": async ({ library: { comments, personal } }) => {
    await personal.addPerson("ada");
    await comments.addComment(comment("a"));
    await comments.addComment(comment("b", { person: "bob" }));
    await personal.removePerson("ada");
    expect((await comments.comments(["x:1"])).map(({ id }) => id)).toEqual(["b"]);
  },
};
