/** From a subscription to a mail at a real SMTP server: what it says, and that it arrives exactly once. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Delivery, Subscription } from "../../../../src/core/delivery.ts";
import { addDays } from "../../../../src/core/period.ts";
import { SmtpTransport } from "../../../../src/delivery/smtp.ts";
import { HashingEmbedder } from "../../../../src/embedding/hashing-embedder.ts";
import type { SubscriptionInput } from "../../../../src/engine/digests/subscriptions.ts";
import { Engine } from "../../../../src/engine/engine.ts";
import { MemoryLibrary } from "../../../../src/storage/memory/memory-library.ts";
import { inventPaper, inventPapers } from "../../../contract/invented-papers.ts";
import { SmtpService } from "../../delivery/smtp-service.ts";

const wanted: SubscriptionInput = {
  channel: "mail",
  address: "ada@example.org",
  kind: "picks",
  weekdays: [1, 2, 3, 4, 5, 6, 7],
  hour: 7,
  timeZone: "Europe/Berlin",
  wantsEmpty: false,
};

let now: Date;
let library: MemoryLibrary;
let engine: Engine;
let service: SmtpService;
let mail: SmtpTransport;

const setTime = (text: string) => {
  now = new Date(text);
};
const deliver = () => engine.digests.deliverDue({ transports: { mail } });
const states = async () => (await engine.digests.deliveries()).map(({ date, state }) => `${date} ${state}`);
const linkIn = (path: string) =>
  new RegExp(`https://papers\\.example/${path}/([\\w.-]+)`).exec(service.mails.at(-1)?.text ?? "")?.[1] ?? "";

beforeEach(async () => {
  setTime("2026-03-01T12:00:00Z");
  library = new MemoryLibrary(() => now);
  engine = new Engine(library, new HashingEmbedder(), { now: () => now, publicUrl: "https://papers.example" });
  service = await SmtpService.start();
  mail = new SmtpTransport({ host: "127.0.0.1", port: service.port, from: "papers@example.org", tls: "none" });
  await library.upsert([
    inventPaper(1, { title: "Copper <kettles> & $x^2$", abstract: "Copper kettles sing.", votes: 3, listed: "2026-03-01" }),
    inventPaper(2, { title: "Violins of granite", abstract: "Granite violins hum.", listed: "2026-02-28" }),
  ]);
  await engine.embedBacklog();
  await engine.person("me").addInterest({ name: "Kettles", words: "copper kettles" });
});
afterEach(async () => {
  await service.close();
  await engine.close();
});

describe("a subscription", () => {
  it("sends only a confirmation request until the address's owner agrees", async () => {
    const subscription = await engine.digests.subscribe("me", wanted, false);
    await engine.digests.askForConfirmation(subscription, mail);
    setTime("2026-03-02T07:00:00Z");
    await deliver();
    expect(service.mails.map(({ subject }) => subject)).toEqual(["Please confirm your subscription"]);
    const token = linkIn("confirm");
    expect((await engine.digests.subscriptionOf("confirm", token)).confirmed).toBeUndefined();
    await expect(engine.digests.confirm(`${token}x`)).rejects.toMatchObject({ code: "invalid_link" });
    expect((await engine.digests.confirm(token)).confirmed).toBe(now.toISOString());
    setTime("2026-03-03T07:00:00Z");
    expect(await deliver()).toMatchObject({ sent: 1 });
    setTime("2026-03-20T07:00:00Z");
    await expect(engine.digests.confirm(token)).rejects.toMatchObject({ code: "invalid_link" });
  });

  it("exists once per mailbox, ignoring ASCII case, and keeps its first spelling", async () => {
    const first = await engine.digests.subscribe("me", { ...wanted, address: "Ada@Example.org" }, true);
    const again = await engine.digests.subscribe("me", { ...wanted, hour: 9 }, false);
    expect(again).toEqual({ ...first, hour: 9 });
    // The Kelvin sign is not a k: such an address belongs to somebody else.
    await engine.digests.subscribe("me", { ...wanted, address: "kay@example.org" }, true);
    await engine.digests.subscribe("me", { ...wanted, address: "\u{212a}ay@example.org" }, false);
    expect((await engine.digests.subscriptions()).map(({ address }) => address).sort()).toEqual([
      "Ada@Example.org",
      "kay@example.org",
      "\u{212a}ay@example.org",
    ]);
    setTime("2026-03-02T12:00:00Z");
    const sent = await engine.digests.deliverTo("me", "2026-03-02", false, { transports: { mail } }, "ada@example.org");
    expect(sent.map(({ subscription }) => subscription)).toEqual([first.id]);
    expect(await engine.digests.unsubscribe("me", "ADA@example.org")).toBe(1);
  });

  it("of a webhook or a folder is case-sensitive", async () => {
    for (const address of ["https://example.org/hook", "https://example.org/Hook"])
      await engine.digests.subscribe("me", { ...wanted, channel: "webhook", address }, true);
    expect(await engine.digests.unsubscribe("me", "https://example.org/HOOK")).toBe(0);
    expect(await engine.digests.subscriptions()).toHaveLength(2);
  });

  it("with a recorded message does not have earlier ones read at each check", async () => {
    const { id } = await engine.digests.subscribe("me", wanted, true);
    setTime("2026-03-02T07:00:00Z");
    await deliver();
    const read = vi.spyOn(library.delivery, "deliveries");
    setTime("2026-03-02T07:01:00Z");
    await deliver();
    expect(read.mock.calls.map(([only]) => only?.subscription)).not.toContain(id);
    setTime("2026-03-03T07:00:00Z");
    expect(await deliver()).toMatchObject({ empty: 1 });
  });

  it("is ended by the link of any of its mails, and sends nothing twice for a day when it is created again", async () => {
    await engine.digests.subscribe("me", wanted, true);
    setTime("2026-03-02T07:00:00Z");
    await deliver();
    const token = linkIn("unsubscribe");
    expect([await engine.digests.unsubscribeByLink(token), await engine.digests.unsubscribeByLink(token)]).toEqual([true, false]);
    setTime("2026-03-02T05:00:00Z");
    await engine.digests.subscribe("me", wanted, true);
    setTime("2026-03-02T08:00:00Z");
    await deliver();
    expect(service.mails).toHaveLength(1);
  });

  it.each<[string, Partial<SubscriptionInput>, string]>([
    ["an address that is none", { address: "Ada <ada@example.org>" }, "invalid_request"],
    ["an address that brings headers along", { address: "ada@example.org\r\nBcc: bob@example.org" }, "invalid_request"],
    ["no weekday", { weekdays: [] }, "invalid_request"],
    ["an hour that is none", { hour: 24 }, "invalid_request"],
    ["a zone that is none", { timeZone: "Europe/Atlantis" }, "invalid_request"],
  ])("is refused with %s", async (_what, changes, code) => {
    await expect(engine.digests.subscribe("me", { ...wanted, ...changes }, true)).rejects.toMatchObject({ code });
    await expect(engine.digests.subscribe("nobody", wanted, true)).rejects.toMatchObject({ code: "person_not_found" });
    expect(await engine.digests.subscriptions()).toEqual([]);
  });
});

describe("a mail", () => {
  it("says what was picked, for which interest, and why", async () => {
    await engine.digests.subscribe("me", wanted, true);
    setTime("2026-03-02T07:00:00Z");
    await deliver();
    const [sent] = service.mails;
    expect(sent?.subject).toContain("Your picks: Copper <kettles> & x²");
    expect(sent?.text).toMatch(
      /Kettles\n-+\n\n\* Copper <kettles> & x²\n[\s\S]*shares copper, kettles[\s\S]*https:\/\/papers\.example\/papers\//,
    );
    const html = String(sent?.html);
    expect(html).toContain("Copper &lt;kettles&gt; &amp; x²");
    expect(html).toContain('<meta name="color-scheme" content="light dark">');
    expect(html).not.toContain("<img");
    expect(html).not.toMatch(/https?:\/\/(?!papers\.example\/)/);
  });

  it("has links that give feedback on a paper without signing in, and undo it", async () => {
    await engine.digests.subscribe("me", wanted, true);
    setTime("2026-03-02T07:00:00Z");
    await deliver();
    const token = linkIn("f");
    expect((await engine.digests.feedbackOf(token)).kind).toBe("save");
    expect(await library.personal.feedback("me")).toEqual([]);
    await engine.digests.giveFeedback(token, false);
    expect(await library.personal.feedback("me")).toMatchObject([{ paperId: "X:1", kind: "save" }]);
    await engine.digests.giveFeedback(token, true);
    expect(await library.personal.feedback("me")).toEqual([]);
    await expect(engine.digests.giveFeedback(linkIn("unsubscribe"), false)).rejects.toMatchObject({ code: "invalid_link" });
    setTime("2026-06-02T07:00:00Z");
    await expect(engine.digests.giveFeedback(token, false)).rejects.toMatchObject({ code: "invalid_link" });
  });

  it("I9: has links that do nothing for a namesake of a removed person", async () => {
    await engine.addPerson("ada", "write");
    await engine.person("ada").addInterest({ name: "Kettles", words: "copper kettles" });
    await engine.digests.subscribe("ada", wanted, true);
    setTime("2026-03-02T07:00:00Z");
    await deliver();
    const [token, ending] = [linkIn("f"), linkIn("unsubscribe")];
    await engine.digests.unsubscribeByLink(ending);
    expect((await engine.digests.giveFeedback(token, false)).kind).toBe("save");
    await engine.removePerson("ada");
    await engine.addPerson("ada", "write");
    for (const undo of [false, true])
      await expect(engine.digests.giveFeedback(token, undo)).rejects.toMatchObject({ code: "invalid_link" });
    expect(await library.personal.feedback("ada")).toEqual([]);
  });

  it("I9: of a person removed while it is being written is not sent, leaves nothing behind, and delays nobody", async () => {
    await engine.addPerson("ada", "write");
    await engine.person("ada").addInterest({ name: "Kettles", words: "copper kettles" });
    await engine.digests.subscribe("ada", wanted, true);
    await engine.digests.subscribe("me", { ...wanted, address: "me@example.org" }, true);
    setTime("2026-03-02T07:00:00Z");
    const history = library.personal.pickHistory.bind(library.personal);
    vi.spyOn(library.personal, "pickHistory").mockImplementation(async (person) => {
      const found = await history(person);
      if (person === "ada") await engine.removePerson("ada");
      return found;
    });
    expect(await deliver()).toMatchObject({ sent: 1 });
    expect(service.mails.map(({ to }) => [to].flat().map((one) => one?.text))).toEqual([["me@example.org"]]);
    expect(await history("ada")).toEqual([]);
  });

  it("does not count a paper that has left the library or was merged as one without room", async () => {
    const ids = [50, 51, 52, 53].map((at) => `X:${at}`);
    await library.upsert(ids.map((_, at) => inventPaper(50 + at, { title: `Tin kettles ${at}` })));
    const [{ id = "" } = {}] = await engine.person("me").interests();
    const interest = { id, name: "Kettles" };
    const picks = ids.map((paperId) => ({ paperId, score: 0.5, interest, reason: { nearest: [], terms: [] } }));
    const made = { date: "2026-02-28", since: "", made: now.toISOString(), model: "m", generation: 1, candidates: 4, quiet: [] };
    await library.personal.keepPicks("me", { ...made, picks });
    await library.remove(["X:50"]);
    await library.merge("X:51", "X:52");
    const { text } = await engine.digests.preview("me", "picks", "2026-02-28");
    expect(text.match(/^\* Tin kettles/gm)).toHaveLength(2);
    expect(text).not.toContain("on the page");
    // The papers shown are each listed once, too.
    expect((await engine.person("me").picks("2026-02-28")).papers.size).toBe(2);
  });

  it("is not sent when there is nothing to report, unless that is wanted", async () => {
    await engine.digests.subscribe("me", wanted, true);
    setTime("2026-03-02T07:00:00Z");
    await deliver();
    setTime("2026-03-03T07:00:00Z");
    expect(await deliver()).toMatchObject({ sent: 0, empty: 1 });
    await engine.digests.subscribe("me", { ...wanted, wantsEmpty: true }, true);
    setTime("2026-03-04T07:00:00Z");
    expect(await deliver()).toMatchObject({ sent: 1 });
    expect(service.mails.at(-1)?.text).toContain("There is nothing new that is good enough for “Kettles”.");
  });

  it("that was not sent does not close its day: papers added later that day are picked then, and sent with the next one", async () => {
    // Some, to establish what is usual.
    await library.upsert(inventPapers(20, 100));
    await engine.embedBacklog();
    await engine.person("me").picks("2026-03-01");
    await engine.digests.subscribe("me", wanted, true);
    setTime("2026-03-03T07:00:00Z");
    expect(await deliver()).toMatchObject({ empty: 1 });
    setTime("2026-03-03T09:00:00Z");
    await library.upsert([inventPaper(3, { title: "Copper kettles", abstract: "Copper kettles.", published: "2026-03-02" })]);
    await engine.embedBacklog();
    expect((await engine.person("me").picks("2026-03-03")).picks.picks.map(({ paperId }) => paperId)).toEqual(["X:3"]);
    setTime("2026-03-04T07:00:00Z");
    expect(await deliver()).toMatchObject({ sent: 1 });
    expect(service.mails.at(-1)?.subject).toBe("Your picks: Copper kettles");
    // A message that says there is nothing is final for its day.
    await engine.digests.subscribe("me", { ...wanted, wantsEmpty: true }, true);
    setTime("2026-03-05T07:00:00Z");
    expect(await deliver()).toMatchObject({ sent: 1 });
    expect(await library.personal.picks("me", "2026-03-05")).toMatchObject({ candidates: 0, picks: [] });
  });

  it("of trending papers covers the preceding days, the same for everybody", async () => {
    await engine.digests.subscribe("me", { ...wanted, kind: "trending" }, true);
    setTime("2026-03-02T07:00:00Z");
    await deliver();
    expect(service.mails[0]?.text).toMatch(/Trending\n-+\n\n\* Copper[\s\S]*3 votes[\s\S]*New\n---\n\n\* Violins/);
    expect(linkIn("f")).toBe("");
  });

  it("of trending papers reads its days in slices, and stops once nobody waits", async () => {
    await library.upsert(Array.from({ length: 450 }, (_, at) => inventPaper(100 + at, { listed: "2026-03-01" })));
    const read = vi.spyOn(library, "papers");
    expect((await engine.digests.preview("me", "trending", "2026-03-02")).subject).toMatch(/^Trending/);
    expect(Math.max(...read.mock.calls.map(([labels]) => labels.length))).toBe(200);
    await expect(engine.digests.preview("me", "trending", "2026-03-02", AbortSignal.abort())).rejects.toMatchObject({ code: "cancelled" });
  });

  it("of trending papers includes none without votes", async () => {
    await library.remove(["X:1"]);
    const { subject, text } = await engine.digests.preview("me", "trending", "2026-03-02");
    expect(subject).toBe("New: Violins of granite");
    expect(text).not.toMatch(/^Trending$/m);
    await engine.person("me").giveFeedback("X:2", { kind: "vote" });
    expect((await engine.digests.preview("me", "trending", "2026-03-02")).subject).toBe("Trending: Violins of granite");
  });

  it("of a week has the picks of all its days", async () => {
    await engine.digests.subscribe("me", { ...wanted, weekdays: [5] }, true);
    // Some, to establish what is usual.
    await library.upsert(inventPapers(20, 100));
    await engine.embedBacklog();
    await engine.person("me").picks("2026-03-01");
    setTime("2026-03-06T07:00:00Z");
    await deliver();
    expect(await states()).toEqual(["2026-03-06 empty"]);
    setTime("2026-03-08T07:00:00Z");
    await library.upsert([inventPaper(3, { title: "Copper kettles", abstract: "Copper kettles.", published: "2026-03-07" })]);
    await engine.embedBacklog();
    setTime("2026-03-09T07:00:00Z");
    await engine.person("me").picks("2026-03-09");
    setTime("2026-03-13T07:00:00Z");
    await deliver();
    expect(service.mails.at(-1)?.subject).toBe("Your picks: Copper kettles");
  });
});

describe("a message due at two o'clock", () => {
  it.each([
    ["Europe/Berlin", "2026-10-25", "00:00"],
    ["Europe/Berlin", "2027-03-28", "01:00"],
    ["America/New_York", "2026-11-01", "07:00"],
    ["America/New_York", "2027-03-14", "07:00"],
    ["Australia/Lord_Howe", "2026-10-04", "15:30"],
    ["Australia/Lord_Howe", "2027-04-04", "15:30"],
  ])("is sent once, also on the days around the change, when the clock of %s changes on %s", async (timeZone, day, utc) => {
    const sent: string[] = [];
    const note = { send: async ({ date }: { date: string }) => sentAt(date) } as const;
    const sentAt = (date: string) => {
      sent.push(`${date} at ${now.toISOString().slice(11, 16)}`);
      return { outcome: "accepted" } as const;
    };
    setTime(`${addDays(day, -2)}T14:00:00Z`);
    await engine.digests.subscribe("me", { ...wanted, channel: "file", address: "/notes", hour: 2, timeZone, wantsEmpty: true }, true);
    // A check every quarter of an hour, until the next evening.
    for (let quarter = 0; quarter < 3 * 24 * 4; quarter++) {
      now = new Date(now.getTime() + 15 * 60_000);
      await engine.digests.deliverDue({ transports: { file: note } });
    }
    expect(sent.map((one) => one.slice(0, 10))).toEqual([addDays(day, -1), day, addDays(day, 1)]);
    expect(sent[1]).toBe(`${day} at ${utc}`);
  });
});

describe("a weekly message", () => {
  /** One for each day from the second of March on. */
  const pickOn = async (day: number) => {
    setTime(`2026-03-${String(day).padStart(2, "0")}T06:30:00Z`);
    await library.upsert([
      inventPaper(100 + day, { title: `Copper kettles ${day}`, abstract: "Copper kettles.", published: "2026-03-01" }),
    ]);
    await engine.embedBacklog();
    await engine.person("me").picks(now.toISOString().slice(0, 10));
  };
  const kettles = (text = "") => [...text.matchAll(/^\* Copper kettles (\d+)/gm)].map(([, day]) => Number(day)).sort((a, b) => a - b);
  beforeEach(async () => {
    await library.upsert(inventPapers(80, 200));
    await engine.embedBacklog();
    await engine.person("me").picks("2026-03-01");
    await engine.digests.subscribe("me", { ...wanted, weekdays: [1] }, true);
  });

  it("leaves out what was dismissed or seen since it was picked, and keeps what was saved", async () => {
    const me = engine.person("me");
    await me.addInterest({ name: "Nothing like it", words: "basalt aqueducts" });
    for (const day of [3, 4, 5, 6]) await pickOn(day);
    await me.giveFeedback("X:103", { kind: "dismiss" });
    await me.giveFeedback("X:104", { kind: "seen" });
    await me.giveFeedback("X:105", { kind: "save" });
    setTime("2026-03-09T07:00:00Z");
    await deliver();
    const [mail] = service.mails.slice(-1);
    expect(kettles(mail?.text)).toEqual([5, 6]);
    expect(mail?.text).not.toContain("on the page");
    // Nothing from that very day, and something from the others.
    expect((await me.picks("2026-03-09")).picks.quiet.map(({ name }) => name).sort()).toEqual(["Kettles", "Nothing like it"]);
    expect(mail?.text).toContain("Nothing good enough for “Nothing like it”.");
    expect(mail?.text).toContain("https://papers.example/picks?from=2026-03-03&to=2026-03-09\n");
    await me.giveFeedback("X:105", { kind: "dismiss" });
    await me.giveFeedback("X:106", { kind: "dismiss" });
    expect((await engine.digests.preview("me", "picks", "2026-03-06")).subject).toBe("Your picks: nothing new on 2026-03-06");
  });

  it("ranks its days together: if there is no room for all, the weakest are left out, not the earliest", async () => {
    const numbers = Array.from({ length: 40 }, (_, at) => at);
    await library.upsert(numbers.map((at) => inventPaper(300 + at, { title: `Copper kettles ${at}`, abstract: "Copper kettles." })));
    const [interest] = await engine.person("me").interests();
    for (const day of [3, 4, 5, 6, 7]) {
      const date = `2026-03-0${day}`;
      const picks = numbers.slice(8 * (day - 3), 8 * (day - 2)).map((at) => ({
        paperId: `X:${300 + at}`,
        score: 50 - at,
        reason: { nearest: [], terms: ["kettles"] },
        interest: { id: interest?.id ?? "", name: "Kettles" },
      }));
      await library.personal.keepPicks("me", { date, since: "", made: date, model: "m", generation: 1, candidates: 8, picks, quiet: [] });
    }
    setTime("2026-03-09T07:00:00Z");
    const read = vi.spyOn(library, "papers");
    await deliver();
    // Once, though they are examined twice.
    expect(read.mock.calls.filter(([labels]) => labels.length >= 30)).toHaveLength(1);
    const told = kettles(service.mails.at(-1)?.text);
    expect(told).toEqual(numbers.slice(0, 30));
    expect(service.mails.at(-1)?.text).toMatch(/10 more/);
  });

  it("that did not arrive passes its papers on to the next one", async () => {
    for (const day of [3, 9]) await pickOn(day);
    const before = service.mails.length;
    service.faults.push({ at: "end", code: 550 });
    setTime("2026-03-09T07:00:00Z");
    await deliver();
    await pickOn(12);
    setTime("2026-03-16T07:00:00Z");
    await deliver();
    expect(service.mails).toHaveLength(before + 1);
    expect(kettles(service.mails.at(-1)?.text)).toEqual([3, 9, 12]);
  });
});

describe("delivery", () => {
  let subscription: Subscription;
  const only = async (): Promise<Delivery | undefined> => (await engine.digests.deliveries())[0];
  beforeEach(async () => {
    subscription = await engine.digests.subscribe("me", wanted, true);
    setTime("2026-03-02T07:00:00Z");
  });

  it("retries after temporary failures, with the same message id, and sends it once", async () => {
    service.faults.push({ at: "recipient", code: 450 }, { at: "end", code: 451 }, { at: "recipient", drop: true });
    for (const minute of [0, 0, 1, 2, 3, 4, 7, 8]) {
      now = new Date(Date.parse("2026-03-02T07:00:00Z") + minute * 60_000);
      await deliver();
    }
    expect(await only()).toMatchObject({ state: "sent", attempts: 4 });
    expect([service.connections, service.mails.length]).toEqual([4, 1]);
    expect(service.mails[0]?.messageId).toBe(`<2026-03-02.${subscription.id}@papers.example>`);
  });

  it("gives up at once if the server refuses for good, and otherwise after a day", async () => {
    await engine.digests.subscribe("me", { ...wanted, weekdays: [1, 2] }, true);
    service.faults.push({ at: "recipient", code: 550 });
    expect(await deliver()).toMatchObject({ failed: 1 });
    expect(await only()).toMatchObject({ state: "failed", attempts: 1 });
    await service.close();
    setTime("2026-03-03T07:00:00Z");
    for (let tried = 0; tried < 20; tried++) {
      await deliver();
      now = new Date((await only())?.nextTry ?? now);
    }
    expect(await states()).toEqual(["2026-03-03 failed", "2026-03-02 failed"]);
    service = await SmtpService.start();
  });

  it.each(["data", "taken"] as const)("does not repeat on its own what may have arrived (%s), but does so on request", async (at) => {
    service.faults.push({ at, drop: true });
    expect(await deliver()).toMatchObject({ unknown: 1 });
    const taken = service.mails.length;
    setTime("2026-03-02T20:00:00Z");
    await deliver();
    expect([await states(), service.mails.length]).toEqual([["2026-03-02 unknown"], taken]);
    const options = { transports: { mail } };
    await expect(engine.digests.deliverTo("me", "2026-03-02", false, options)).rejects.toMatchObject({ code: "invalid_request" });
    expect(await engine.digests.deliverTo("me", "2026-03-02", true, options)).toMatchObject([{ state: "sent" }]);
    expect(service.mails.length).toBe(taken + 1);
  });

  it("resumes after a process has died: while connecting this is safe, during data it is not", async () => {
    const left: Delivery = {
      subscription: subscription.id,
      person: "me",
      date: "2026-03-02",
      channel: "mail",
      state: "sending",
      step: "connecting",
      attempts: 1,
      messageId: "<a@papers.example>",
      created: now.toISOString(),
      changed: now.toISOString(),
    };
    await library.delivery.addDelivery(left);
    expect(await deliver()).toMatchObject({ sent: 1 });
    setTime("2026-03-03T07:00:00Z");
    await library.delivery.addDelivery({ ...left, date: "2026-03-03", step: "data" });
    const told: string[] = [];
    const onDelivery = ({ date, state }: Delivery) => told.push(`${date} ${state}`);
    // The next check reports it, once.
    expect(await engine.digests.deliverDue({ transports: { mail }, onDelivery })).toMatchObject({ unknown: 1 });
    expect(told).toEqual(["2026-03-03 unknown"]);
    expect(await deliver()).toMatchObject({ unknown: 0 });
    expect([await states(), service.mails.length]).toEqual([["2026-03-03 unknown", "2026-03-02 sent"], 1]);
  });

  it("catches up once after several days, with the latest day", async () => {
    await service.close();
    await deliver();
    service = await SmtpService.start();
    mail = new SmtpTransport({ host: "127.0.0.1", port: service.port, from: "papers@example.org", tls: "none" });
    setTime("2026-03-06T12:00:00Z");
    expect(await deliver()).toMatchObject({ sent: 1 });
    expect(await states()).toEqual(["2026-03-06 sent", "2026-03-02 failed"]);
    // It contains what the failed one should have said.
    expect(service.mails[0]?.subject).toContain("Copper");
  });

  it("for an invalid day, or one still in the future for the reader, is refused and suppresses no later day", async () => {
    const options = { transports: { mail } };
    for (const date of ["2026-04-01", "tomorrow", "2026-02-30"])
      await expect(engine.digests.deliverTo("me", date, false, options)).rejects.toMatchObject({ code: "invalid_request" });
    expect(await states()).toEqual([]);
    expect(await deliver()).toMatchObject({ sent: 1 });
  });

  it("of a message that one address already has goes to those without it, with the picks of the day they were confirmed", async () => {
    const options = { transports: { mail } };
    await engine.digests.deliverTo("me", "2026-03-02", false, options);
    await engine.digests.subscribe("me", { ...wanted, address: "zoe@example.org" }, true);
    await engine.digests.subscribe("me", { ...wanted, address: "bob@example.org" }, true);
    expect(await engine.digests.deliverTo("me", "2026-03-02", false, options)).toMatchObject([{ state: "sent" }, { state: "sent" }]);
    await expect(engine.digests.deliverTo("me", "2026-03-02", false, options)).rejects.toMatchObject({ code: "invalid_request" });
    expect(service.mails).toHaveLength(3);
  });

  it("also happens if a wrong clock has left future days on record", async () => {
    const { id } = subscription;
    for (const date of ["2031-01-01", "tomorrow"])
      await library.delivery.addDelivery({
        subscription: id,
        person: "me",
        date,
        channel: "mail",
        state: "sent",
        attempts: 1,
        messageId: "<a@papers.example>",
        created: now.toISOString(),
        changed: now.toISOString(),
      });
    expect(await deliver()).toMatchObject({ sent: 1 });
    expect(await deliver()).toMatchObject({ sent: 0 });
    expect(service.mails).toHaveLength(1);
  });

  it("to an address awaiting confirmation is dropped once its person has another one, which gets the next", async () => {
    await engine.digests.subscribe("me", wanted, true);
    setTime("2026-03-02T07:00:00Z");
    service.faults.push({ at: "connect", code: 421 });
    expect(await deliver()).toMatchObject({ pending: 1 });
    await engine.digests.unsubscribe("me", wanted.address);
    await engine.digests.subscribe("me", { ...wanted, address: "new@example.org" }, true);
    setTime("2026-03-02T12:00:00Z");
    expect(await deliver()).toMatchObject({ failed: 1, sent: 0 });
    expect((await engine.digests.deliveries()).map(({ lastError }) => lastError)).toEqual(["unsubscribed"]);
    await engine.person("me").picks("2026-03-02");
    // The message of the confirmation day is available on request.
    await engine.digests.deliverTo("me", "2026-03-02", false, { transports: { mail } });
    expect(service.mails.map(({ to }) => [to].flat()[0]?.text)).toEqual(["new@example.org"]);
  });

  it("in a time zone unknown to this system happens by UTC, and delays nobody", async () => {
    const known = await engine.digests.subscribe("me", wanted, true);
    await library.delivery.putSubscription({ ...known, id: "elsewhere", address: "b@example.org", timeZone: "Mars/Olympus_Mons" });
    setTime("2026-03-02T06:30:00Z");
    expect(await deliver()).toMatchObject({ sent: 1 });
    setTime("2026-03-02T07:00:00Z");
    expect(await deliver()).toMatchObject({ sent: 1 });
    expect((await engine.privateFeed((await engine.person("me").addFeed()).token)).entries).toHaveLength(1);
  });

  it("is done by one process at a time", async () => {
    const release = await library.claim("deliver");
    expect(await deliver()).toBeUndefined();
    await release?.();
    const counts = await Promise.all([deliver(), deliver()]);
    expect(counts.filter((one) => one !== undefined)).toHaveLength(1);
    expect(service.mails).toHaveLength(1);
  });
});
