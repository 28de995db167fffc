/** Feedback given with one click on any list is undone with the next one, and topics are followed with one. */
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { AppError } from "../../../src/core/errors.ts";
import { addDays } from "../../../src/core/period.ts";
import { HashingEmbedder } from "../../../src/embedding/hashing-embedder.ts";
import { Engine } from "../../../src/engine/engine.ts";
import { MemoryLibrary } from "../../../src/storage/memory/memory-library.ts";
import { inventPaper } from "../../contract/invented-papers.ts";
import { serviceOf } from "./service-of.ts";

const library = new MemoryLibrary();
const engine = new Engine(library, new HashingEmbedder());
const app = serviceOf(engine, {
  isLoopback: (host) => host === "localhost",
});
const get = async (path: string) => await (await app.request(`http://localhost${path}`)).text();
const post = (path: string, fields: Record<string, string>) =>
  app.request(`http://localhost${path}`, { method: "POST", body: new URLSearchParams(fields) });
const me = engine.person("me");

beforeAll(async () => {
  await library.upsert([
    inventPaper(1, { title: "Copper kettles", abstract: "Copper kettles sing.", published: "2026-02-28" }),
    inventPaper(2, { title: "Copper pots", abstract: "Copper pots and kettles sing.", published: "2020" }),
  ]);
  await engine.embedBacklog();
  await engine.addTopic("Kettles", "copper kettles");
});
afterAll(() => engine.close());

/** The actions on a list: its page, and the buttons of one paper. */
async function saysAndUndoes(show: () => Promise<string>, carried: Record<string, string>, back: string): Promise<void> {
  // To the paper in the list, not to its top.
  const place = `${back}#of-X-1`;
  const sent = { paperId: "X:1", back: place, ...carried };
  const status = back === "/similar" ? 307 : 303;
  expect(await show()).toContain(`name="back" value="${place.replaceAll("&", "&amp;")}"`);
  expect(await show()).toContain('id="of-X-1"');
  for (const kind of ["save", "dismiss", "seen", "vote", "note"]) {
    const said = await post("/feedback", { ...sent, kind, note: kind === "note" ? "Read it." : "" });
    expect([said.status, said.headers.get("location")]).toEqual([status, place]);
    const page = await show();
    expect([...new Set(page.match(/name="undo" value="\w+"/g))]).toEqual([`name="undo" value="${kind}"`]);
    expect((await post("/feedback", { ...sent, undo: kind })).status).toBe(status);
    expect(await show()).not.toContain('name="undo"');
  }
  expect(await me.feedback()).toEqual([]);
}

describe("the page of a day without picks", () => {
  it("explains what good enough means, and what to do", async () => {
    const other = new Engine(new MemoryLibrary(), new HashingEmbedder());
    await other.library.upsert(
      Array.from({ length: 60 }, (_, at) => inventPaper(at, { title: `Kettle ${at}`, abstract: "Copper kettles sing." })),
    );
    await other.embedBacklog();
    await other.person("me").addInterest({ words: "lanterns along the river at night" });
    const page = await (await serviceOf(other, { isLoopback: () => true }).request("http://localhost/picks")).text();
    expect(page).toMatch(
      />0 papers: none of the 60 in the library is near enough to your interests\..*Nothing new is a good enough match for your interests\./,
    );
    expect(page).toMatch(/stands out from the other papers of your library.*<a href="\/interests">interest<\/a>/);
    await other.close();
  });
});

describe("the page of an interest", () => {
  it("removes it with a button that tolerates a double click", async () => {
    const { id } = await me.addInterest({ words: "tin lanterns" });
    const [, once = ""] =
      new RegExp(`/interests/${id}/remove"><input type="hidden" name="once" value="([^"]+)"`).exec(await get(`/interests/${id}`)) ?? [];
    for (let click = 0; click < 2; click++) {
      const done = await post(`/interests/${id}/remove`, { once });
      expect([done.status, done.headers.get("location")]).toEqual([303, "/interests"]);
    }
    expect((await post(`/interests/${id}/remove`, {})).status).toBe(404);
  });

  it("says why nothing is near: its papers have left, or nothing meets its conditions", async () => {
    await library.upsert([inventPaper(7, { title: "Copper lamps" })]);
    const lost = await me.addInterest({ positives: ["X:7"] });
    const narrow = await me.addInterest({ words: "kettles", filters: { yearFrom: 2190 } });
    await library.remove(["X:7"]);
    const page = await get(`/interests/${lost.id}`);
    expect(page).toContain("None of its example papers is in the library any more");
    expect(page).not.toContain("It has not learnt from any papers yet");
    expect(await get(`/interests/${narrow.id}`)).toContain("No paper of the library meets its conditions.");
    for (const { id } of [lost, narrow]) await me.removeInterest(id);
  });

  it("does not overwrite changes made meanwhile in another tab, unless it is sent again", async () => {
    const { id } = await me.addInterest({ query: "kettles" });
    const path = `/interests/${id}`;
    const versionIn = (page: string) => /name="version" value="(\w+)"/.exec(page)?.[1] ?? "";
    const version = versionIn(await get(path));
    const form = { name: "Kettles", positives: "", negatives: "", excludedWords: "", weight: "1" };
    expect((await post(path, { ...form, words: "from one tab", version })).status).toBe(303);
    const refused = await post(path, { ...form, words: "from the other", version });
    const page = await refused.text();
    expect([refused.status, page.includes("has changed since"), page.includes("from the other</textarea>")]).toEqual([400, true, true]);
    expect(await me.interest(id)).toMatchObject({ words: "from one tab" });
    expect((await post(path, { ...form, words: "from the other", version: versionIn(page) })).status).toBe(303);
    expect(await me.interest(id)).toMatchObject({ words: "from the other" });
    await me.removeInterest(id);
    const body = new URLSearchParams({ ...form, positives: "X:1 that was typed", version }).toString();
    const headers = { "content-type": "application/x-www-form-urlencoded", "content-length": String(body.length) };
    const gone = await app.request(`http://localhost${path}`, { method: "POST", headers, body });
    expect([gone.status, await gone.text()]).toEqual([404, expect.stringContaining("X:1 that was typed")]);
  });

  it("accepts one of two forms sent at once, and reports the other", async () => {
    const { id } = await me.addInterest({ query: "kettles" });
    const path = `/interests/${id}`;
    const version = /name="version" value="(\w+)"/.exec(await get(path))?.[1] ?? "";
    const form = { name: "Kettles", positives: "", negatives: "", excludedWords: "", weight: "1", version };
    // The other one arrives when this one has been checked against what is stored.
    const { personal } = library;
    const replace = personal.replaceInterest.bind(personal);
    vi.spyOn(personal, "replaceInterest").mockImplementationOnce(async (...given) => {
      expect((await post(path, { ...form, words: "from the other" })).status).toBe(303);
      return await replace(...given);
    });
    expect((await post(path, { ...form, words: "from one tab" })).status).toBe(400);
    expect(await me.interest(id)).toMatchObject({ words: "from the other" });
    await me.removeInterest(id);
  });

  it("shows its conditions and excluded words, changes the words, and keeps the conditions unless told otherwise", async () => {
    const { id } = await me.addInterest({ query: "kettles year:2019..2021 -copper" });
    const path = `/interests/${id}`;
    const page = await get(path);
    expect(page).toContain("only from the year 2019, to the year 2021");
    expect(page).toMatch(/name="excludedWords"[^>]*>\s*copper\s*</);
    const form = { name: "Kettles", words: "kettles", positives: "", negatives: "", weight: "1" };
    await post(path, { ...form, excludedWords: "copper\ntin" });
    expect(await me.interest(id)).toMatchObject({ excludedWords: ["copper", "tin"], filters: { yearFrom: 2019, yearTo: 2021 } });
    await post(path, { ...form, excludedWords: "", anything: "yes" });
    expect(await me.interest(id)).toMatchObject({ excludedWords: [], filters: {} });
    expect(await get(path)).not.toContain('name="anything"');
    await me.removeInterest(id);
  });

  it("for conditions alone shows the newest matches, and an invalid condition keeps the input", async () => {
    const made = await post("/interests", { conditions: "year:2001..", weight: "1" });
    expect(made.status).toBe(303);
    const path = made.headers.get("location") ?? "";
    const page = await get(path);
    expect(page).toContain("The newest that meet its conditions");
    expect(page).not.toContain("Why:");
    await post(path, { name: "Later", conditions: "year:2002..", weight: "1" });
    expect(await me.interest(path.slice("/interests/".length))).toMatchObject({ name: "Later", filters: { yearFrom: 2002 } });
    const refused = await post("/interests", { conditions: "kettles", weight: "1" });
    expect([refused.status, await refused.text()]).toEqual([
      400,
      expect.stringMatching(/is not a condition[\s\S]*name="conditions" value="kettles"/),
    ]);
    await me.removeInterest("Later");
  });
});

describe("the pages of picks", () => {
  it("says what there was to choose from, for one day and for several", async () => {
    const fresh = new MemoryLibrary();
    await fresh.upsert([inventPaper(1, { title: "Copper kettles", abstract: "Copper kettles sing.", published: "2020", authors: [] })]);
    const other = new Engine(fresh, new HashingEmbedder());
    await other.embedBacklog();
    const service = serviceOf(other, { isLoopback: (host) => host === "localhost" });
    const get = async (path: string) => await (await service.request(`http://localhost${path}`)).text();
    const me = other.person("me");
    const { id, name } = await me.addInterest({ words: "copper kettles" });
    await me.addInterest({ name: "Violins", words: "violins" });
    const [from, to] = [addDays(me.today(), -6), me.today()];
    expect(await get("/picks")).toMatch(/>1 paper: to begin with, those of the whole library that are nearest to your interests\./);
    // If nobody is named, the date begins the line.
    expect(await get("/picks")).toContain('<p class="facts"><span>2020</span>');
    const together = await get(`/picks?from=${from}&to=${to}`);
    expect(together).toContain("the new ones and, for a new interest, those that the library already had");
    expect(together).toContain(`href="/picks?from=${addDays(from, -7)}&amp;to=${addDays(from, -1)}"`);
    const past = await get(`/picks?date=${from}`);
    expect(past).toContain("nothing to choose from");
    expect(past).not.toContain("ood enough");
    expect(past).toContain(`href="/picks?date=${addDays(from, 1)}"`);
    const page = await get(`/interests/${id}`);
    expect(page).toContain(`<h1>${name}</h1><p class="lead">You follow papers about these words. It has not learnt from any papers yet`);
    expect(page).toMatch(/class="lead">[^/]*<a href="\/picks">/);
    await other.close();
  });
});

describe("today's picks", () => {
  it("get one from outside the interests appended by a button that disappears once pressed", async () => {
    const other = new Engine(new MemoryLibrary(), new HashingEmbedder());
    await other.library.upsert([
      inventPaper(1, { title: "Copper kettles", abstract: "Copper kettles sing." }),
      inventPaper(2, { title: "Paper lanterns", abstract: "Lanterns along the river at night." }),
    ]);
    await other.embedBacklog();
    await other.person("me").addInterest({ words: "copper kettles" });
    const service = serviceOf(other, { isLoopback: () => true });
    const page = async (path: string) => await (await service.request(`http://localhost${path}`)).text();
    const press = async () =>
      (await service.request("http://localhost/picks", { method: "POST", body: new URLSearchParams({ exploration: "yes" }) })).headers.get(
        "location",
      );
    expect(await page("/picks")).toMatch(/name="exploration" value="yes".*One more, from outside your interests/);
    expect(await press()).toBe("/picks#outside");
    const explored = await page("/picks");
    expect(explored).toMatch(/<li class="hit" id="outside">.*Paper lanterns.*class="badge">exploration<.*To see what else there is/s);
    expect(explored).not.toContain('name="exploration"');
    expect(await press()).toBe("/picks#outside");
    await other.close();
  });

  it("say when nothing is left outside", async () => {
    const other = new Engine(new MemoryLibrary(), new HashingEmbedder());
    await other.library.upsert([inventPaper(1, { title: "Copper kettles", abstract: "Copper kettles sing." })]);
    await other.embedBacklog();
    await other.person("me").addInterest({ words: "copper kettles" });
    const service = serviceOf(other, { isLoopback: () => true });
    const body = new URLSearchParams({ exploration: "yes" });
    const location = (await service.request("http://localhost/picks", { method: "POST", body })).headers.get("location") ?? "";
    expect(location).toBe("/picks?outside=none#outside");
    expect(await (await service.request(`http://localhost${location}`)).text()).toContain("There is nothing outside your interests");
    await other.close();
  });
});

/** The tab stops in some HTML with its details closed. */
function stopsIn(html: string): number {
  let folded = html;
  // From the innermost outwards.
  for (let before = ""; before !== folded; ) {
    before = folded;
    folded = folded.replace(/<details\b[^>]*><summary>((?:(?!<details\b).)*?)<\/summary>(?:(?!<details\b).)*?<\/details>/gs, "<folded/>");
  }
  return folded.match(/<folded\/>|<a [^>]*href|<button|<textarea|<input(?! type="hidden")/g)?.length ?? 0;
}

describe("moving through papers by keyboard", () => {
  it("needs four tab stops per paper, including saving and dismissing, and skips a list with one", async () => {
    const many = new Engine(new MemoryLibrary(), new HashingEmbedder());
    const [date, published] = [many.person("me").today(), "2026-03-01"];
    const papers = Array.from({ length: 10 }, (_, at) =>
      inventPaper(at, { title: `Copper kettle ${at}`, abstract: "Copper kettles sing.", published, categories: ["cs.CL", "cs.LG"] }),
    );
    await many.library.upsert(papers);
    await many.embedBacklog();
    const { id } = await many.person("me").addInterest({ words: "copper kettles" });
    const service = serviceOf(many, { isLoopback: () => true });
    for (const [path, more] of [
      [`/daily/${published}`, 0],
      ["/similar?text=copper+kettles", 0],
      // Why each is found, or which interest it fits.
      ["/?q=copper+kettles", 1],
      [`/picks?date=${date}`, 1],
      [`/interests/${id}`, 0],
    ] as const) {
      const page = await (await service.request(`http://localhost${path}`)).text();
      const hits = page.split('<li class="hit"').slice(1);
      expect(hits.length, path).toBeGreaterThan(3);
      const [first = ""] = hits;
      expect(first, path).toMatch(/<button[^>]*value="save"[^>]*>Save<\/button> <button[^>]*value="dismiss"/);
      expect(first, path).toMatch(/<details class="rest">.*Seen<.*Vote<.*Similar<.*All of cs\.LG<.*Note<.*<\/details>/s);
      expect(stopsIn(first), path).toBeLessThanOrEqual(4 + more);
      const [, end] = /<a class="skip" href="#([\w-]+)">Skip these \d+ papers<\/a><ol/.exec(page) ?? [];
      expect(page, path).toContain(`</ol><div id="${end}" tabindex="-1"></div>`);
    }
    await many.close();
  });

  it("returns to the paper's buttons, which are labelled with its title", async () => {
    for (const path of ["/?q=copper+kettles", "/papers/X:1"]) {
      const page = await get(path);
      expect(page).toMatch(/<fieldset id="of-X-1" tabindex="-1" aria-labelledby="of-X-1-title">/);
      expect(page).toMatch(/<h[13] id="of-X-1-title"/);
    }
  });

  it("keeps its words separate, even without a style sheet", async () => {
    for (const path of ["/?q=copper+kettles", "/daily/2026-02-28"]) {
      const words = (await get(path)).replace(/<[^>]+>/g, "");
      expect(words, path).toMatch(/Search Daily Picks Saved.*Save Not interested More/s);
      expect(words, path).not.toMatch(/[a-z]28 February|2026[a-z]/);
    }
  });

  it("shows the feedback on a paper without opening anything", async () => {
    await me.giveFeedback("X:1", { kind: "vote" });
    await me.giveFeedback("X:1", { kind: "note", note: "Read it." });
    const [shown = ""] = /<fieldset id="of-X-1".*?<details class="rest">/s.exec(await get("/?q=copper+kettles")) ?? [];
    expect(shown).toMatch(/Voted · undo.*Your note/s);
    for (const kind of ["vote", "note"] as const) await me.takeBackFeedback("X:1", kind);
  });
});

describe("feedback on papers", () => {
  it("is undone in place: the next one moves up, and each kind has its own title", async () => {
    for (const id of ["X:1", "X:2"]) await me.giveFeedback(id, { kind: "save" });
    const page = await get("/feedback?kind=save");
    expect(page).toContain("<title>Saved papers · Paperkin</title>");
    expect(page).toMatch(/<li class="hit" id="said-0" tabindex="-1">.*#said-0".*<li class="hit" id="said-1" tabindex="-1">.*#said-0"/s);
    const back = "/feedback?kind=save#said-0";
    expect((await post("/feedback", { paperId: "X:1", undo: "save", back })).headers.get("location")).toBe(back);
    await me.takeBackFeedback("X:2", "save");
  });
});

describe("titles", () => {
  it.each([
    ["/?q=copper+kettles", "copper kettles"],
    ["/?q=copper+kettles&page=2", "copper kettles, page 2"],
    ["/?category=cs.CL", "Papers: cs.CL"],
    ["/?yearFrom=2020", "Search results"],
    ["/daily/2026-02-28?sort=votes", "Papers of 28 February 2026, votes"],
    ["/daily/2026-02-28?page=2", "Papers of 28 February 2026, page 2"],
    ["/similar?text=copper%0A+kettles", "Kin of copper kettles"],
    ["/similar?like=X:1", "Kin of X:1"],
    ["/account", "Account"],
  ])("distinguish %s from other tabs", async (path, title) => {
    expect(await get(path)).toContain(`<title>${title} · Paperkin</title>`);
  });
});

describe("the form for related papers", () => {
  it("says that examples to avoid are not enough, and keeps them", async () => {
    const answer = await app.request("http://localhost/similar?unlike=X%3A1");
    const page = await answer.text();
    expect([answer.status, page]).toEqual([400, expect.stringContaining("Nothing says what the papers should be like")]);
    expect(page).toMatch(/name="unlike"[^>]*>\s*X:1\s*</);
  });
});

describe("a list of papers", () => {
  it.each([
    "/?q=copper+kettles",
    "/daily/2026-02-28",
    "/topics/kettles",
    "/papers/X:1",
    "/similar?like=X%3A2",
    "/similar?text=copper+kettles",
  ])("%s accepts and undoes feedback", async (path) => {
    await saysAndUndoes(() => get(path), {}, path);
  });

  it("made for an interest since removed still accepts and undoes feedback", async () => {
    await me.addInterest({ words: "granite" });
    const { id, name } = await me.addInterest({ name: "Kettles of yore", words: "copper kettles" });
    const { date } = (await me.picks(me.today())).picks;
    expect(await get(`/picks?date=${date}`)).toContain(`href="/interests/${id}"`);
    await me.addInterest({ name: "Late ones", words: "violins" });
    expect(await get("/picks")).toContain("“Late ones” gets picks from tomorrow on");
    const many = await Promise.all(Array.from({ length: 9 }, (_, at) => me.addInterest({ name: `Late ${at}`, words: `viola ${at}` })));
    expect(await get("/picks")).toMatch(/“Late ones”(?:, “Late \d”){4} and 5 others get picks from tomorrow on/);
    const sent = await app.request("http://localhost/picks", { method: "POST" });
    expect([sent.status, sent.headers.get("location")]).toEqual([303, "/picks"]);
    expect(await get("/picks")).not.toContain("from tomorrow on");
    for (const one of many) await me.removeInterest(one.id);
    await me.removeInterest(id);
    const page = await get(`/picks?date=${date}`);
    expect(page).toContain(name);
    expect(page).not.toContain(`href="/interests/${id}"`);
    await saysAndUndoes(() => get(`/picks?date=${date}`), { interest: id }, `/picks?date=${date}`);
    for (const one of await me.interests()) await me.removeInterest(one.id);
  });

  it("of saved papers shows authors, date and venue of each", async () => {
    await post("/feedback", { paperId: "X:1", kind: "save", back: "/" });
    const text = (await get("/feedback?kind=save")).replace(/<[^>]*>/g, " ").replace(/\s+/g, " ");
    expect(text).toMatch(/Copper kettles Ada \w+ ?, Bo \w+ 28 February 2026 .*Saved on/);
    await post("/feedback", { paperId: "X:1", undo: "save" });
  });

  it("of related papers accepts and undoes feedback, and leads back to them", async () => {
    await saysAndUndoes(() => get("/papers/X:2"), {}, "/papers/X:2");
  });

  it("next to others for the same query accepts and undoes feedback in each of them", async () => {
    const path = "/?q=copper+kettles&compare=1";
    const [, back = ""] = /name="back" value="([^"]+)"/.exec(await get(path)) ?? [];
    expect(await get(back.replaceAll("&amp;", "&"))).toContain("Three ways to search");
    await post("/feedback", { paperId: "X:1", kind: "save", back: path });
    expect((await get(path)).match(/name="undo"/g)).toHaveLength(3);
    await post("/feedback", { paperId: "X:1", undo: "save", back: path });
  });

  it("requested with a form too long for an address is requested again with the same form", async () => {
    const asked = { text: `Copper & <kettles>\n"sing"${" of copper".repeat(500)}`, like: "", unlike: "" };
    const show = async () => await (await post("/similar", asked)).text();
    expect(await show()).toContain('name="text" value="Copper &amp; &lt;kettles&gt;\n&quot;sing&quot; of copper');
    await saysAndUndoes(show, asked, "/similar");
  });

  it("requested with a short form has its own address", async () => {
    const { status, headers } = await post("/similar", { text: "Copper & kettles", like: "", unlike: "" });
    expect([status, headers.get("location")]).toEqual([303, "/similar?text=Copper+%26+kettles#results"]);
    await saysAndUndoes(() => get("/similar?text=Copper+%26+kettles"), {}, "/similar?text=Copper+%26+kettles");
  });

  it("of papers nearest to an interest trains that interest", async () => {
    const { id } = await me.addInterest({ words: "copper kettles" });
    const path = `/interests/${id}`;
    expect(await get(path)).toContain(`name="interest" value="${id}"`);
    await saysAndUndoes(() => get(path), { interest: id }, path);
    await post("/feedback", { paperId: "X:1", kind: "save", interest: id });
    expect((await me.describeInterest(id)).examples.positives).toBe(1);
    await post("/feedback", { paperId: "X:1", undo: "save" });
    await me.removeInterest(id);
  });

  it("shows the note being edited as it was written, and keeps an unfinished one when other feedback is given", async () => {
    const written = "Of <b>: $\\alpha$ & \\emph{so on}.\r\n\r\n- one\r\n- two";
    const kept = written.replaceAll("\r\n", "\n");
    const notes = async () => (await me.feedback("note")).map(({ feedback }) => feedback.note);
    await post("/feedback", { paperId: "X:1", kind: "note", note: written, back: "/" });
    expect(await notes()).toEqual([kept]);
    for (const path of ["/papers/X:1", "/?q=copper"])
      expect(await get(path)).toMatch(
        /<textarea name="note"[^>]*>\s*Of &lt;b&gt;: \$\\alpha\$ &amp; \\emph\{so on\}\.\n\n- one\n- two\s*<\/textarea>/,
      );
    const [before] = await me.feedback("note");
    await post("/feedback", { paperId: "X:1", kind: "save", note: written, back: "/" });
    expect(await me.feedback("note")).toEqual([before]);
    await post("/feedback", { paperId: "X:1", undo: "save", note: "Another thought", back: "/" });
    expect(await notes()).toEqual(["Another thought"]);
    await post("/feedback", { paperId: "X:1", undo: "note", note: "Another thought", back: "/" });
    expect(await me.feedback()).toEqual([]);
  });

  it("does not overwrite a note written meanwhile in another tab, whichever button is pressed", async () => {
    const notes = async () => (await me.feedback("note")).map(({ feedback }) => feedback.note);
    const notedIn = async () => /name="noted" value="(\w+)"/.exec(await get("/papers/X:1"))?.[1] ?? "";
    const sent = { paperId: "X:1", back: "/" };
    const before = await notedIn();
    await post("/feedback", { ...sent, kind: "note", note: "One\r\nthing.", noted: before });
    const first = await notedIn();
    await post("/feedback", { ...sent, kind: "note", note: "Another.", noted: first });
    // Submitting what was shown unchanged expresses no wish.
    expect((await post("/feedback", { ...sent, kind: "save", note: "One\r\nthing.", noted: first })).status).toBe(303);
    expect(await notes()).toEqual(["Another."]);
    const buttons: Record<string, string>[] = [
      { kind: "note", note: "Lost?" },
      { kind: "vote", note: "Lost?" },
      { undo: "note", note: "One\r\nthing." },
    ];
    for (const button of buttons)
      for (const noted of [before, first]) {
        const refused = await app.request("http://localhost/feedback", {
          method: "POST",
          headers: { accept: "text/html" },
          body: new URLSearchParams({ ...sent, ...button, noted }),
        });
        expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining("has changed since")]);
      }
    expect((await me.feedback()).map(({ feedback }) => feedback.note ?? feedback.kind).sort()).toEqual(["Another.", "save"]);
    // The same again, as by a second click, and what is changed where it is shown.
    expect((await post("/feedback", { ...sent, kind: "note", note: "Another.", noted: first })).status).toBe(303);
    expect((await post("/feedback", { ...sent, undo: "save", note: "A third.", noted: await notedIn() })).status).toBe(303);
    expect(await notes()).toEqual(["A third."]);
    await post("/feedback", { ...sent, undo: "note", note: "A third.", noted: await notedIn() });
    expect(await me.feedback()).toEqual([]);
  });

  it("refuses a note without text, and stores nothing", async () => {
    expect((await post("/feedback", { paperId: "X:1", kind: "note", note: " ", back: "/" })).status).toBe(400);
    expect(await me.feedback()).toEqual([]);
  });
});

describe("lists", () => {
  it("count one paper as one, keep right-to-left names apart, and say where they begin when requested beyond their end", async () => {
    expect(await get("/?q=copper&yearFrom=2026")).toContain(">1 paper. <");
    await library.upsert([
      inventPaper(9, { title: "למידה עמוקה", authors: [{ name: "דוד כהן" }, { name: "Ada Lovelace" }], published: "2026-02-27" }),
    ]);
    await engine.embedBacklog();
    expect(await get("/?yearFrom=2026")).toMatch(
      /<h3[^>]* dir="rtl"><a[^>]*>למידה עמוקה<[\s\S]*<bdi>דוד כהן<\/bdi>, <bdi>Ada Lovelace<\/bdi>/,
    );
    const beyond = await get("/daily/2026-02-28?page=9");
    expect(beyond).toContain('go to the <a href="/daily/2026-02-28">first page</a>');
    expect(beyond).not.toContain('aria-label="Pages"');
    await library.remove(["X:9"]);
  });
});

describe("the page of feedback", () => {
  it("lists all or one kind, and undoes each", async () => {
    await post("/feedback", { paperId: "X:1", kind: "save" });
    await post("/feedback", { paperId: "X:1", kind: "note", note: "Read <section> 3." });
    expect(await get("/feedback")).toContain("Read &lt;section&gt; 3.");
    expect(await get("/feedback?kind=note")).not.toContain('value="save"');
    expect(await get("/feedback?kind=vote")).toContain("Nothing yet.");
    expect(await get("/feedback?kind=nonsense")).toContain("All 2");
    await post("/feedback", { paperId: "X:1", undo: "note", back: "/feedback?kind=note" });
    expect((await me.feedback()).map(({ feedback }) => feedback.kind)).toEqual(["save"]);
    await me.takeBackFeedback("X:1", "save");
  });
});

describe("a topic", () => {
  it("becomes one's own interest with one click, and says so", async () => {
    for (const path of ["/topics", "/topics/kettles"]) expect(await get(path)).toContain('name="topic" value="kettles"');
    expect((await post("/interests", { topic: "kettles" })).status).toBe(303);
    const [interest] = await me.interests();
    for (const path of ["/topics", "/topics/kettles"]) {
      const html = await get(path);
      expect(html).toContain(`href="/interests/${interest?.id}"`);
      expect(html).not.toContain('name="topic"');
    }
  });
});

describe("feedback on many papers", () => {
  const count = 120;
  const of = (at: number) => `X:${1000 + at}`;
  const titles = (text: string) => [...text.matchAll(/Invented number (\d+)\b/g)].map(([, at]) => Number(at));
  beforeAll(async () => {
    await library.upsert(Array.from({ length: count }, (_, at) => inventPaper(1000 + at, { title: `Invented number ${at}` })));
    for (let at = 0; at < count; at++)
      await library.personal.putFeedback("me", {
        paperId: of(at),
        kind: at % 2 === 0 ? "save" : "seen",
        at: new Date(Date.UTC(2026, 0, 1, 0, at)).toISOString(),
      });
    return async () => {
      for (let at = 0; at < count; at++) for (const kind of ["save", "seen"] as const) await me.takeBackFeedback(of(at), kind);
    };
  });

  it("is listed in parts, latest first, with the total", async () => {
    type Listed = { total: number; limit: number; offset: number; feedback: { paperId: string }[] };
    const ask = async (query: string) => (await (await app.request(`http://localhost/v1/feedback${query}`)).json()) as Listed;
    expect(await ask("")).toMatchObject({ total: count, limit: 10, offset: 0, feedback: { length: 10 } });
    const all: string[] = [];
    for (let offset = 0; offset < count; offset += 50)
      all.push(...(await ask(`?limit=50&offset=${offset}`)).feedback.map(({ paperId }) => paperId));
    expect(all).toEqual(Array.from({ length: count }, (_, at) => of(count - 1 - at)));
    const saves = await ask("?kind=save&limit=100&offset=55");
    expect([saves.total, saves.feedback.map(({ paperId }) => paperId)]).toEqual([60, [8, 6, 4, 2, 0].map(of)]);
    expect((await ask("?offset=500")).feedback).toEqual([]);
    for (const query of ["limit=0", "limit=101", "offset=-1", "limit=x"])
      expect((await app.request(`http://localhost/v1/feedback?${query}`)).status, query).toBe(400);
  });

  it("counts and lists a merged paper once, and none that has left the library", async () => {
    await library.upsert([2000, 2001].map((at) => inventPaper(at, { title: `Invented number ${at}` })));
    for (const paperId of ["X:2000", "X:2001"]) await me.giveFeedback(paperId, { kind: "vote" });
    const votes = async () => {
      const { total, counts, said } = await me.feedbackPage({ kind: "vote", limit: 10 });
      return [total, counts.get("vote"), said.length];
    };
    expect(await votes()).toEqual([2, 2, 2]);
    const joined = await library.merge("X:2000", "X:2001");
    expect(await votes()).toEqual([1, 1, 1]);
    await library.remove([joined]);
    expect(await votes()).toEqual([0, 0, 0]);
    for (const paperId of ["X:2000", "X:2001"]) await me.takeBackFeedback(paperId, "vote");
  });

  it("has pages with links, and an undo that comes back to its page", async () => {
    const first = await get("/feedback");
    expect(titles(first)).toEqual(Array.from({ length: 50 }, (_, at) => count - 1 - at));
    expect(first).toContain("All 120");
    expect(first).toContain("Page 1 of 3");
    expect(first).toContain('rel="next" href="/feedback?page=2"');
    const last = await get("/feedback?page=3");
    expect(titles(last)).toEqual(Array.from({ length: 20 }, (_, at) => 19 - at));
    expect(last).toContain('name="back" value="/feedback?page=3#said-0"');
    const second = await get("/feedback?kind=save&page=2");
    expect(titles(second)).toEqual([18, 16, 14, 12, 10, 8, 6, 4, 2, 0]);
    expect(second).toContain('rel="prev" href="/feedback?kind=save"');
    // Beyond the end, as after undoing the last one there.
    for (const page of ["4", "999999999"]) expect(titles(await get(`/feedback?page=${page}`))).toEqual(titles(last));
    for (const page of ["0", "-1", "x", "1e3", ""]) expect(titles(await get(`/feedback?page=${page}`))).toEqual(titles(first));
  });
});

describe("a form that cannot be stored on a full disk", () => {
  const sent = { paperId: "X:1", kind: "note", note: 'Typed for <an "hour">,\nand a line.', back: "/picks#of-X-1" };
  const refuse = async (error: AppError, path: string, fields: Record<string, string>) => {
    const person = vi.spyOn(engine, "person").mockImplementation(() => {
      throw error;
    });
    const body = new URLSearchParams(fields);
    const headers = { "content-length": String(body.toString().length), accept: "text/html" };
    const response = await app.request(`http://localhost${path}`, { method: "POST", body, headers });
    person.mockRestore();
    return { status: response.status, page: await response.text() };
  };

  it("is shown with all its content, to be sent again", async () => {
    const { status, page } = await refuse(
      new AppError("storage_full", "There is no space left.", { mend: "Free some." }),
      "/feedback",
      sent,
    );
    expect(status).toBe(507);
    const [, form = ""] = /<form class="kin" method="post" action="\/feedback">(.*?)<\/form>/s.exec(page) ?? [];
    expect(form).toContain('name="paperId" value="X:1"');
    expect(form).toContain('name="kind" value="note"');
    expect(form).toContain('name="back" value="/picks#of-X-1"');
    expect(form).toMatch(/<textarea name="note"(?![^>]*readonly)[^>]*>Typed for &lt;an &quot;hour&quot;&gt;,\nand a line\.<\/textarea>/);
    expect(form).toContain("Send it again");
    expect((await post("/feedback", sent)).status).toBe(303);
    expect(await me.feedback()).toMatchObject([{ feedback: { note: sent.note } }]);
    await me.takeBackFeedback("X:1", "note");
  });

  it("never contains a key used to sign in, and one with an error of its own is offered only for copying", async () => {
    const signIn = vi.spyOn(engine.signIns, "countTry").mockImplementation(() => {
      throw new AppError("storage_full", "There is no space left.");
    });
    const body = new URLSearchParams({ key: "pk_secret" });
    const headers = { "content-length": String(body.toString().length), accept: "text/html" };
    const withKeys = serviceOf(engine, { apiKeys: ["the-key-of-the-settings"] });
    const refused = await withKeys.request("http://localhost/sign-in", { method: "POST", body, headers });
    signIn.mockRestore();
    expect([refused.status, (await refused.text()).includes("pk_secret")]).toEqual([507, false]);
    const own = await refuse(new AppError("invalid_request", "No such thing."), "/feedback", sent);
    expect([own.status, own.page.includes("Send it again")]).toEqual([400, false]);
    expect(own.page).toContain("readonly");
  });
});
