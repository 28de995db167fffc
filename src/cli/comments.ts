/** `paperkin comments`: what the people of a service say about a paper. */
import type { Command } from "commander";
import { ownerName } from "../core/interest.ts";
import { examples, isJson, withEngine, withoutIndex } from "./context.ts";
import { print, printJson, styled, wrap } from "./output.ts";
import { personOption } from "./people.ts";

export function addComments(program: Command): void {
  const comments = program
    .command("comments")
    .description("comments on papers, which everybody who uses the service can read")
    .addHelpText("after", examples("comments list arXiv:1706.03762"));
  addList(comments);
  addAdd(comments);
  addRemove(comments);
}

function addList(comments: Command): void {
  comments
    .command("list")
    .description("the comments on a paper, oldest first")
    .addHelpText("after", examples("comments list arXiv:1706.03762"))
    .argument("<paper>", "the paper, by any of its ids")
    .action(async (paper: string, _flags: unknown, command: Command) => {
      await withEngine(command, withoutIndex, async (engine) => {
        const all = await engine.commentsOn(paper);
        if (isJson(command)) for (const comment of all) printJson(comment);
        else if (all.length === 0) print("There are no comments on it.");
        else
          for (const { id, person, text, created } of all) {
            print(`${styled("cyan", id)}  ${created.slice(0, 10)}  ${styled("bold", person)}`);
            for (const line of text.split("\n")) print(wrap(line, "  "));
          }
      });
    });
}

function addAdd(comments: Command): void {
  comments
    .command("add")
    .description("comment on a paper, in plain text")
    .argument("<paper>", "the paper, by any of its ids")
    .argument("<text...>", "the comment")
    .addOption(personOption())
    .addHelpText("after", '\nExamples:\n  paperkin comments add arXiv:1706.03762 "Section 3.2 is the one to read."\n')
    .action(async (paper: string, text: string[], flags: { person: string }, command: Command) => {
      await withEngine(command, withoutIndex, async (engine) => {
        const comment = await engine.addComment(flags.person, paper, text.join(" "));
        if (isJson(command)) printJson(comment);
        else print(`Added ${comment.id}.`);
      });
    });
}

function addRemove(comments: Command): void {
  comments
    .command("remove")
    .description("remove a comment, whoever wrote it")
    .addHelpText("after", examples("comments remove c_8Jx2kQ5rT0vWq3Yz"))
    .argument("<id>", "the comment, as `comments list` shows it")
    .action(async (id: string, _flags: unknown, command: Command) => {
      await withEngine(command, withoutIndex, async (engine) => {
        // A user with access to the library's files acts as its administrator.
        const removed = await engine.removeComment(ownerName, id, true);
        if (isJson(command)) printJson({ removed: removed.id, paperId: removed.paperId });
        else print(`Removed ${removed.id}.`);
      });
    });
}
