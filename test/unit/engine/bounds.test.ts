/** Limits on what one person may have of each kind, and what others notice of the heaviest user. */
import { beforeEach, describe, expect, it } from "vitest";
import { mostInterests } from "../../../src/core/interest.ts";
import { WebhookTransport } from "../../../src/delivery/webhook.ts";
import { HashingEmbedder } from "../../../src/embedding/hashing-embedder.ts";
import { Engine } from "../../../src/engine/engine.ts";
import type { Person } from "../../../src/engine/people/person.ts";
import { MemoryLibrary } from "../../../src/storage/memory/memory-library.ts";
import { inventPaper } from "../../contract/invented-papers.ts";

const now = new Date("2026-03-02T12:00:00Z");
const webhooks = new WebhookTransport(["http://127.0.0.1:9000"], "1.2.3", { connectMs: 1_000, answerMs: 500 });
const times = { kind: "trending", weekdays: [1], hour: 7, timeZone: "UTC", wantsEmpty: false } as const;
let engine: Engine;
let ada: Person;

beforeEach(async () => {
  engine = new Engine(new MemoryLibrary(() => now), new HashingEmbedder(), {
    now: () => now,
    faultOfWebhook: (address) => webhooks.faultOf(address),
  });
  await engine.addPerson("ada", "write");
  await engine.addPerson("bob", "write");
  ada = engine.person("ada");
  return () => engine.close();
});

describe("interests", () => {
  it("are limited for each person, whatever others have; removing one makes room", async () => {
    for (let at = 0; at < mostInterests; at++) await ada.addInterest({ name: `kettles ${at}`, words: "copper kettles" });
    await expect(ada.addInterest({ words: "one more" })).rejects.toMatchObject({ code: "invalid_request", message: /100 at most/ });
    await engine.person("bob").addInterest({ words: "copper kettles" });
    await ada.changeInterest("kettles 3", { words: "iron kettles" });
    await ada.removeInterest("kettles 3");
    await ada.addInterest({ words: "one more" });
    // A missing one is reported without listing all that exist.
    await expect(ada.removeInterest("spoons")).rejects.toMatchObject({ mend: /“kettles 19”, “kettles 20” and 80 more\.$/ });
  });

  it("with more examples than allowed are refused before any example is looked up", async () => {
    const positives = Array.from({ length: 501 }, (_, at) => `arXiv:2401.${String(10_000 + at)}`);
    await expect(ada.addInterest({ positives })).rejects.toMatchObject({ code: "invalid_request", message: /^501 papers/ });
  });

  it("are scored one at a time, so that others are answered in between; none is scored once the requester has gone", async () => {
    await engine.library.upsert(
      Array.from({ length: 5 }, (_, at) => inventPaper(at, { title: `Copper kettles ${at}`, published: "2026-03-02" })),
    );
    await engine.embedBacklog();
    for (let at = 0; at < 20; at++) await ada.addInterest({ words: `copper kettles ${at}` });
    let [turns, isMade] = [0, false];
    const count = () => {
      turns++;
      if (!isMade) setImmediate(count);
    };
    setImmediate(count);
    await ada.picks("2026-03-02");
    isMade = true;
    expect(turns).toBeGreaterThanOrEqual(40);
    const gone = AbortSignal.abort();
    await expect(engine.person("ada").picks("2026-03-01", {}, gone)).rejects.toMatchObject({ code: "cancelled" });
  });
});

describe("comments and notes", () => {
  it("are limited for each person over all papers; existing ones can be changed, and removing one makes room", async () => {
    const { library } = engine;
    await library.upsert([inventPaper(1), inventPaper(2)]);
    const created = now.toISOString();
    for (let at = 0; at < 10_000; at++) {
      await library.comments.addComment({ id: `c${at}`, paperId: `gone:${at}`, person: "ada", text: "Of kettles.", created });
      const paperId = at === 0 ? "X:1" : `gone:${at}`;
      await library.personal.putFeedback("ada", { paperId, kind: "note", note: "Of kettles.", at: created });
    }
    const note = (paperId: string) => ada.giveFeedback(paperId, { kind: "note", note: "Of lids." });
    await expect(engine.addComment("ada", "X:1", "One more.")).rejects.toMatchObject({ code: "invalid_request", message: /10000/ });
    await expect(note("X:2")).rejects.toMatchObject({ code: "invalid_request", message: /10000/ });
    expect(await note("X:1")).toMatchObject({ note: "Of lids." });
    await ada.giveFeedback("X:2", { kind: "save" });
    await engine.addComment("bob", "X:1", "Mine.");
    await engine.removeComment("ada", "c7", false);
    await engine.addComment("ada", "X:1", "One more.");
    await ada.takeBackFeedback("gone:7", "note");
    await note("X:2");
  });
});

describe("subscriptions", () => {
  it("are limited for each person; an existing one can still be changed", async () => {
    const { ownSubscriptions: own } = engine;
    const add = (who: string, at: number, hour = 7) => own.add(who, { ...times, address: `https://192.88.98.1/${at}`, hour });
    for (let at = 0; at < 50; at++) await add("ada", at);
    await expect(add("ada", 50)).rejects.toMatchObject({ code: "invalid_request", message: /50 at most/ });
    expect((await add("ada", 7, 9)).subscription.hour).toBe(9);
    await add("bob", 50);
  });

  it.each([
    "http://127.0.0.1/hook",
    "http://127.0.0.1:9001/hook",
    "http://2130706433/hook",
    "http://0x7f.1/hook",
    "http://[::1]/hook",
    "http://[::ffff:10.0.0.1]/hook",
    "https://169.254.169.254/latest",
    "http://localhost:7460/v1/papers",
  ])("are refused for a webhook at %s, with a reason", async (address) => {
    await expect(engine.ownSubscriptions.add("ada", { ...times, address })).rejects.toMatchObject({
      code: "invalid_request",
      message: /is an address of this machine or of a private network; allow it with the setting privateWebhooks\.$/,
    });
    expect(await engine.digests.subscriptions()).toEqual([]);
  });

  it.each(["http://127.0.0.1:9000/hook", "https://192.88.98.1/hook", "https://name.that.is.invalid/hook"])(
    "are accepted for a webhook at %s: the settings name it, it is public, or nothing is known about it yet",
    async (address) => {
      await engine.ownSubscriptions.add("ada", { ...times, address });
      expect(await engine.digests.subscriptions()).toMatchObject([{ address }]);
    },
  );
});
