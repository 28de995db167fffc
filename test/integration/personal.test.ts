/** Interests, feedback and picks, over HTTP, on pages and on the command line; several people with their own keys. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { paperkin, Server, temporaryFolder } from "./command-line.ts";
import { copyStarterLibrary } from "./starter-library.ts";

const folder = temporaryFolder();
let server: Server;

const json = (method: string, body: unknown, key?: string): RequestInit => ({
  method,
  headers: { "content-type": "application/json", ...(key === undefined ? {} : { "x-api-key": key }) },
  body: JSON.stringify(body),
});
const form = (fields: Record<string, string>): RequestInit => ({
  method: "POST",
  redirect: "manual",
  headers: { "content-type": "application/x-www-form-urlencoded" },
  body: new URLSearchParams(fields),
});
const bodyOf = async (response: Promise<Response>): Promise<Record<string, never>> =>
  (await (await response).json()) as Record<string, never>;

interface Picks {
  readonly picks: readonly {
    readonly paperId: string;
    readonly paper: { readonly title: string };
    readonly interest: { readonly name: string };
  }[];
}

beforeAll(async () => {
  await copyStarterLibrary(`${folder.path}/library`);
  server = await Server.start(["--data", `${folder.path}/library`]);
});
afterAll(async () => {
  await Server.stopAll();
  folder.remove();
});

describe("one person without an account", () => {
  test("starts from words, and gets picks with their reasons", async () => {
    expect((await server.get("/picks", { redirect: "manual" })).headers.get("location")).toBe("/interests");
    const response = await server.get("/v1/picks");
    expect([response.status, await response.json()]).toMatchObject([409, { code: "no_interests" }]);
    const made = await server.get("/v1/interests", json("POST", { words: "gravitational waves from merging black holes", name: "Waves" }));
    expect([made.status, await made.json()]).toMatchObject([201, { name: "Waves", weight: 1, positives: [] }]);
    const { picks } = (await bodyOf(server.get("/v1/picks?limit=5"))) as unknown as Picks;
    expect(picks[0]).toMatchObject({
      interest: { name: "Waves" },
      paper: { title: expect.stringMatching(/gravitational/i) },
      reason: { terms: expect.arrayContaining([expect.stringMatching(/wave/i)]) },
    });
    expect(((await bodyOf(server.get("/v1/picks"))) as unknown as Picks).picks).toEqual(picks);
  });

  test("follows a paper, sees what drives an interest, changes it, and removes it", async () => {
    const { id } = await bodyOf(server.get("/v1/interests", json("POST", { positives: ["10.48550/arXiv.1706.03762"] })));
    const shown = await bodyOf(server.get(`/v1/interests/${id}`));
    expect(shown).toMatchObject({
      interest: { positives: ["arXiv:1706.03762"], name: expect.stringContaining("Attention") },
      examples: { positives: 1, negatives: 0 },
      nearest: expect.arrayContaining([expect.objectContaining({ reason: expect.anything() })]),
    });
    const changed = await server.get(`/v1/interests/${id}`, json("PATCH", { weight: 2, negatives: ["arXiv:2005.14165"] }));
    expect(await changed.json()).toMatchObject({ weight: 2, negatives: ["arXiv:2005.14165"], positives: ["arXiv:1706.03762"] });
    expect((await server.get(`/v1/interests/${id}`, { method: "DELETE" })).status).toBe(204);
    expect((await server.get(`/v1/interests/${id}`)).status).toBe(404);
  });

  test("is told what is wrong with an interest, and none of it is stored", async () => {
    for (const [body, status] of [
      [{}, 400],
      [{ positives: ["arXiv:0000.00000"] }, 404],
      [{ topic: "nowhere" }, 404],
      [{ words: "x", weight: -1 }, 400],
      [{ wrods: "x" }, 400],
    ] as const)
      expect((await server.get("/v1/interests", json("POST", body))).status).toBe(status);
    expect(((await bodyOf(server.get("/v1/interests"))).interests as unknown as unknown[]).length).toBe(1);
  });

  test("saves, notes, dismisses, and undoes each", async () => {
    const say = (body: object) => server.get("/v1/feedback", json("POST", body));
    expect((await say({ paperId: "1706.03762", kind: "save", interest: "Waves" })).status).toBe(201);
    expect((await say({ paperId: "arXiv:1706.03762", kind: "note", note: "Read section 3." })).status).toBe(201);
    expect((await say({ paperId: "arXiv:1706.03762", kind: "note" })).status).toBe(400);
    expect((await say({ paperId: "arXiv:0000.00000", kind: "save" })).status).toBe(404);
    expect(await bodyOf(server.get("/v1/feedback?kind=note"))).toMatchObject({
      feedback: [{ paperId: "arXiv:1706.03762", note: "Read section 3.", paper: { title: "Attention Is All You Need" } }],
    });
    for (const removed of [true, false])
      expect(await bodyOf(server.get("/v1/feedback?paperId=arXiv:1706.03762&kind=save", { method: "DELETE" }))).toEqual({ removed });
  });

  test("can do all of this on pages, using forms alone", async () => {
    const made = await server.get(
      "/interests",
      form({ words: "how proteins fold", positives: "", negatives: "", name: "Proteins", weight: "1" }),
    );
    expect(made.status).toBe(303);
    const page = await (await server.get(made.headers.get("location") ?? "")).text();
    expect(page).toContain("Proteins");
    const wrong = await server.get(
      "/interests",
      form({ words: "", positives: "arXiv:0000.00000\n", negatives: "", name: "Kept", weight: "1" }),
    );
    expect(wrong.status).toBe(404);
    expect(await wrong.text()).toMatch(/role="alert"[\s\S]*arXiv:0000.00000[\s\S]*value="Kept"/);
    const picks = await (await server.get("/picks")).text();
    expect(picks).toMatch(/action="\/feedback"/);
    const said = await server.get("/feedback", form({ paperId: "arXiv:1706.03762", kind: "dismiss", back: "/papers/arXiv:1706.03762" }));
    expect(said.headers.get("location")).toBe("/papers/arXiv:1706.03762");
    expect(await (await server.get("/papers/arXiv:1706.03762")).text()).toContain("Dismissed · undo");
    const away = await server.get("/feedback", form({ paperId: "arXiv:1706.03762", undo: "dismiss", back: "//elsewhere.example" }));
    expect(away.headers.get("location")).toBe("/feedback");
    expect(await (await server.get("/feedback?kind=note")).text()).toContain("Read section 3.");
  });

  test("finds the same things on the command line", async () => {
    const data = ["--data", `${folder.path}/library`];
    const { stdout } = await paperkin(["interests", ...data]);
    expect(stdout).toContain("Waves");
    const picks = await paperkin(["picks", "--json", ...data]);
    expect(
      picks.stdout
        .trim()
        .split("\n")
        .map((line) => (JSON.parse(line) as { interest: { name: string } }).interest.name),
    ).toContain("Waves");
    expect((await paperkin(["interests", "show", "waves", ...data])).stdout).toContain("strongest terms");
    expect((await paperkin(["interests", "show", "nothing", ...data])).code).toBe(1);
    const added = await paperkin(["interests", "add", "--name", "Late", "--words", "lanterns", ...data]);
    expect(added.stdout).toMatch(/“Late” gets picks from tomorrow on; `paperkin picks --extend` .* `paperkin interests show "Late"`/);
    expect((await paperkin(["picks", ...data])).stdout).toContain("“Late” get picks from tomorrow on");
    expect((await paperkin(["picks", "--extend", ...data])).stdout).not.toContain("from tomorrow on");
    const reset = await paperkin(["interests", "reset", "waves", ...data]);
    expect(reset.stdout).toContain("starts again");
    const misspelt = await paperkin(["interests", "add", "--words", "lanterns", "--person", "nobody", ...data]);
    expect([misspelt.code, misspelt.stderr]).toEqual([1, expect.stringContaining("There is nobody called “nobody”. There is only me")]);
    const sessions = await paperkin(["people", "sessions", "nobody", ...data]);
    expect([sessions.code, sessions.stdout, sessions.stderr]).toEqual([1, "", expect.stringContaining("nobody called “nobody”")]);
    expect((await paperkin(["feedback", "vote", "arXiv:1810.04805", "arXiv:0000.00000", ...data])).code).toBe(1);
    expect((await paperkin(["feedback", "vote", "--json", ...data])).stdout).not.toContain("arXiv:1810.04805");
    expect((await paperkin(["feedback", "adore", "arXiv:1706.03762", ...data])).code).toBe(2);
    const note = await paperkin(["feedback", "note", "arXiv:1706.03762", "read this", ...data]);
    expect([note.code, note.stderr]).toEqual([2, expect.stringContaining("Give it with --note")]);
    expect((await paperkin(["feedback", "save", "arXiv:1706.03762", ...data])).code).toBe(0);
    expect((await paperkin(["feedback", "save", "--json", ...data])).stdout).toContain("Attention Is All You Need");
  });

  test("writes comments, lists them, and removes them, whoever wrote them", async () => {
    const ask = async (...args: string[]) => await paperkin(["comments", ...args, "--json", "--data", `${folder.path}/library`]);
    const wrote = await ask("add", "10.48550/arXiv.1706.03762", "Section", "3.2");
    const comment = JSON.parse(wrote.stdout) as { id: string };
    expect(comment).toMatchObject({ paperId: "arXiv:1706.03762", person: "me", text: "Section 3.2" });
    const listed = await ask("list", "arXiv:1706.03762");
    expect(
      listed.stdout
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as unknown),
    ).toContainEqual(comment);
    expect(await (await server.get("/papers/arXiv:1706.03762")).text()).toContain("Section 3.2");
    expect(JSON.parse((await ask("remove", comment.id)).stdout)).toEqual({ removed: comment.id, paperId: "arXiv:1706.03762" });
    const [again, empty, unknown] = [await ask("remove", comment.id), await ask("add", "arXiv:1706.03762", " "), await ask("list", "X:0")];
    expect([again.code, empty.code, unknown.code]).toEqual([1, 2, 1]);
    expect(again.stderr).toContain("There is no such comment");
  });
});

describe("several people", () => {
  test("have keys that are shown once, allow what their scope allows, and see nothing of each other (I9)", async () => {
    const data = ["--data", `${folder.path}/library`];
    const first = await paperkin(["people", "add", "ada", ...data]);
    expect(first.stderr).toContain("every request to a server needs a key. What you did so far belongs to `me`");
    expect((await paperkin(["people", "add", "ada", ...data])).stderr).toContain("one more key of ada, who has 2 now");
    expect((await paperkin(["people", "address", "ada", ...data])).stderr).toBe("ada has no address.\n");
    const keyOf = async (name: string, scope: string) =>
      (JSON.parse((await paperkin(["people", "add", name, "--scope", scope, "--json", ...data])).stdout) as { key: string }).key;
    const [ada, bob, reader] = [await keyOf("ada", "write"), await keyOf("bob", "write"), await keyOf("ada", "read")];
    const list = (await paperkin(["people", ...data])).stdout;
    expect(list).toContain(ada.slice(0, 11));
    expect(list).not.toContain(ada);
    // Keys are cached for a second.
    await expect.poll(async () => (await server.get("/v1/interests")).status, { timeout: 5_000 }).toBe(401);

    const as = (key: string, init: RequestInit = {}): RequestInit => ({ ...init, headers: { ...init.headers, "x-api-key": key } });
    await server.get("/v1/interests", json("POST", { words: "how enzymes cut DNA", name: "Scissors" }, ada));
    expect(await bodyOf(server.get("/v1/interests", as(bob)))).toEqual({ interests: [] });
    expect(await bodyOf(server.get("/v1/interests", as(reader)))).toMatchObject({ interests: [{ name: "Scissors" }] });
    expect((await server.get("/v1/interests/Scissors", as(bob))).status).toBe(404);
    expect((await server.get("/v1/picks", as(bob))).status).toBe(409);
    expect((await server.get("/v1/feedback", as(bob))).status).toBe(200);

    expect((await server.get("/v1/interests", json("POST", { words: "x" }, reader))).status).toBe(403);
    expect((await server.get("/v1/similar", json("POST", { text: "enzymes" }, reader))).status).toBe(200);
    expect((await server.get("/v1/papers", json("POST", { id: "x:1", title: "Mine" }, ada))).status).toBe(403);

    expect((await paperkin(["people", "revoke", bob.slice(0, 11), ...data])).code).toBe(0);
    await expect.poll(async () => (await server.get("/v1/interests", as(bob))).status, { timeout: 5_000 }).toBe(401);
    expect((await paperkin(["people", "remove", "ada", ...data])).code).toBe(0);
    expect((await paperkin(["people", "remove", "ada", ...data])).code).toBe(1);
  });
});
