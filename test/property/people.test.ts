/** I9: whatever several people do in whatever order, each sees what they would see alone. */
import fc from "fast-check";
import { it } from "vitest";
import { feedbackKinds } from "../../src/core/interest.ts";
import { HashingEmbedder } from "../../src/embedding/hashing-embedder.ts";
import { Engine } from "../../src/engine/engine.ts";
import type { Person } from "../../src/engine/people/person.ts";
import { MemoryLibrary } from "../../src/storage/memory/memory-library.ts";
import { inventPapers } from "../contract/invented-papers.ts";
import { holds } from "./settings.ts";

const start = Date.parse("2026-03-02T08:00:00Z");

/** What one person does; the time is the step's number, the same alone and among others. */
const action = fc.oneof(
  fc.record({ do: fc.constant("follow" as const), words: fc.constantFrom("lantern river", "kettle ladder", "copper violin") }),
  fc.record({ do: fc.constant("like" as const), paper: fc.nat(19) }),
  fc.record({ do: fc.constant("say" as const), paper: fc.nat(19), kind: fc.constantFrom(...feedbackKinds) }),
  fc.record({ do: fc.constant("undo" as const), paper: fc.nat(19), kind: fc.constantFrom(...feedbackKinds) }),
  fc.record({ do: fc.constant("judge" as const), query: fc.constantFrom("lantern", "kettle"), paper: fc.nat(19), relevant: fc.boolean() }),
  fc.record({ do: fc.constant("pick" as const), day: fc.nat(1) }),
);
type Action = typeof action extends fc.Arbitrary<infer T> ? T : never;

async function act(person: Person, step: Action): Promise<void> {
  if (step.do === "follow") await person.addInterest({ words: step.words });
  else if (step.do === "like") await person.addInterest({ positives: [`X:${step.paper}`] });
  else if (step.do === "say")
    await person.giveFeedback(`X:${step.paper}`, { kind: step.kind, ...(step.kind === "note" ? { note: "Mine." } : {}) });
  else if (step.do === "undo") await person.takeBackFeedback(`X:${step.paper}`, step.kind);
  else if (step.do === "judge") await person.judge({ query: step.query, paperId: `X:${step.paper}`, relevant: step.relevant });
  else if ((await person.interests()).length > 0) await person.picks(`2026-03-0${step.day + 1}`);
}

/** Everything that a person can see of their own, without what is random. */
async function sight(engine: Engine, person: Person): Promise<string> {
  const interests = await person.interests();
  const names = new Map(interests.map(({ id }, at) => [id, `interest ${at}`]));
  const days = interests.length === 0 ? [] : [(await person.picks("2026-03-01")).picks, (await person.picks("2026-03-02")).picks];
  const feed = await engine.privateFeed((await person.addFeed()).token);
  const text = JSON.stringify({ interests, feedback: await person.feedback(), judgments: await person.judgments(), days, feed });
  return [...names].reduce((seen, [id, name]) => seen.replaceAll(id, name), text);
}

async function live(steps: readonly { readonly who: string; readonly step: Action }[], whose: string): Promise<string> {
  let now = start;
  const library = new MemoryLibrary(() => new Date(start));
  const engine = new Engine(library, new HashingEmbedder(), { now: () => new Date(now) });
  await library.upsert(inventPapers(20));
  await engine.embedBacklog({});
  for (const name of ["ada", "bob", "cleo", "nobody"]) await engine.addPerson(name, "write");
  for (const [at, { who, step }] of steps.entries()) {
    now = start + at * 1_000;
    await act(engine.person(who), step);
  }
  now = start + 10_000_000;
  return await sight(engine, engine.person(whose));
}

it("I9: each person sees what they would see alone", async () => {
  const steps = fc.array(fc.record({ who: fc.constantFrom("ada", "bob", "cleo"), step: action }), { minLength: 2, maxLength: 14 });
  await holds(
    fc.asyncProperty(steps, async (all) => {
      // The others' steps become no-ops, so that times stay the same.
      const nothing: Action = { do: "undo", paper: 0, kind: "seen" };
      const alone = all.map((one) => (one.who === "ada" ? one : { who: "nobody", step: nothing }));
      if ((await live(all, "ada")) !== (await live(alone, "ada"))) throw new Error("another person's doings show");
    }),
    60,
  );
});
