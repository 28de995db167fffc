/** `paperkin topics`: topics that everybody can follow. */
import type { Command } from "commander";
import { Option } from "commander";
import { type GoodSort, goodSorts } from "../engine/search/good-hits.ts";
import { asking, examples, isJson, wholeNumber, withEngine, withoutIndex } from "./context.ts";
import { print, printHits, printJson, printTable } from "./output.ts";

export function addTopics(program: Command): void {
  const topics = program
    .command("topics")
    .description("subjects in words, each a living list of its best papers")
    .addHelpText("after", examples("topics", "topics show climate-and-earth"));
  addList(topics);
  addShow(topics);
  addAdd(topics);
  addRemove(topics);
}

function addList(topics: Command): void {
  topics
    .command("list", { isDefault: true })
    .description("all topics")
    .addHelpText("after", examples("topics", "topics list --json"))
    .action(async (_flags: unknown, command: Command) => {
      await withEngine(command, withoutIndex, async (engine) => {
        const all = await engine.topics();
        if (isJson(command)) for (const topic of all) printJson(topic);
        else if (all.length === 0) print("There are no topics. Add one with `paperkin topics add NAME DESCRIPTION`.");
        else printTable(all.map((topic) => [topic.slug, topic.description]));
      });
    });
}

function addShow(topics: Command): void {
  topics
    .command("show")
    .description("the papers of a topic")
    .addHelpText("after", examples("topics show climate-and-earth --sort score --limit 5"))
    .argument("<slug>", "the topic, as `topics list` shows it")
    .addOption(new Option("--sort <order>", "the good papers newest first, or best first").choices(goodSorts).default("newest"))
    .option("--limit <n>", "papers to show", wholeNumber("--limit", 1, 100), 10)
    .action(async (slug: string, flags: { sort: GoodSort; limit: number }, command: Command) => {
      await withEngine(command, asking, async (engine) => {
        const { hits } = await engine.topicPapers(slug, flags);
        if (isJson(command)) for (const hit of hits) printJson(hit);
        else if (hits.length === 0) print("There are no papers for this topic yet.");
        else printHits(hits);
      });
    });
}

function addAdd(topics: Command): void {
  topics
    .command("add")
    .description("a new topic")
    .argument("<name>", "its name")
    .argument("<description...>", "what belongs to it, in words")
    .addHelpText("after", '\nExamples:\n  paperkin topics add "Protein design" new proteins designed by computation, binders, enzymes\n')
    .action(async (name: string, description: string[], _flags: unknown, command: Command) => {
      await withEngine(command, { ...withoutIndex, create: true }, async (engine) => {
        const topic = await engine.addTopic(name, description.join(" "));
        if (isJson(command)) printJson(topic);
        else print(`Added ${topic.slug}.`);
      });
    });
}

function addRemove(topics: Command): void {
  topics
    .command("remove")
    .description("remove a topic")
    .addHelpText("after", examples("topics remove climate-and-earth"))
    .argument("<slug>", "the topic, as `topics list` shows it")
    .action(async (slug: string, _flags: unknown, command: Command) => {
      await withEngine(command, withoutIndex, async (engine) => {
        await engine.removeTopic(slug);
        if (isJson(command)) printJson({ removed: slug });
        else print(`Removed ${slug}.`);
      });
    });
}
