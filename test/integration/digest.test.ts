/** Digests from the command line and from a server: through a real SMTP server, to a real webhook, into a real folder. */
import { createHmac } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LocalLibrary } from "../../src/storage/local/local-library.ts";
import { SmtpService } from "../unit/delivery/smtp-service.ts";
import { WebhookService } from "../unit/delivery/webhook-service.ts";
import { eventually, jsonLines, paperkin, Server, temporaryFolder } from "./command-line.ts";

const folder = temporaryFolder();
const data = ["--data", folder.path];
let service: SmtpService;
let env: Record<string, string>;

beforeAll(async () => {
  service = await SmtpService.start();
  env = { PAPERKIN_SMTP: JSON.stringify({ host: "127.0.0.1", port: service.port, from: "papers@example.org", tls: "none" }) };
  const paper = { id: "mine", title: "Copper kettles", abstract: "Kettles sing.", date: "2026-03-01" };
  await paperkin(["import", "-", ...data], { input: JSON.stringify(paper) });
});
afterAll(async () => {
  await Server.stopAll();
  await service.close();
  folder.remove();
});

const digest = (...args: string[]) => paperkin(["digest", ...args, ...data], { env });

describe("paperkin digest", () => {
  it("asks an address to confirm, and says so", async () => {
    const made = await digest("subscribe", "bob@example.org", "--kind", "trending");
    expect(made).toMatchObject({ code: 0, stdout: "bob@example.org is asked to confirm.\n" });
    expect(await digest("send", "--due")).toMatchObject({ code: 0, stderr: "Nothing is due.\n" });
    expect(service.mails.at(-1)?.text).toContain("/confirm/");
    expect((await digest("status")).stdout).toContain("not confirmed");
    expect(await digest("unsubscribe", "bob@example.org")).toMatchObject({ code: 0 });
    expect(await digest("unsubscribe", "bob@example.org")).toMatchObject({ code: 1 });
  });

  it("sends each day's message once, and again only when told to", async () => {
    await digest("subscribe", "ada@example.org", "--kind", "trending", "--days", "mon,tue", "--zone", "UTC", "--confirmed");
    const before = service.mails.length;
    expect(await digest("send", "--date", "2026-03-02")).toMatchObject({ code: 0, stderr: "2026-03-02, ada@example.org: sent\n" });
    expect(await digest("send", "--date", "2026-03-02")).toMatchObject({ code: 2 });
    expect(service.mails.length).toBe(before + 1);
    expect(await digest("send", "--date", "2026-03-02", "--again")).toMatchObject({ code: 0 });
    expect(service.mails.slice(before).map(({ messageId }) => messageId)).toEqual([expect.anything(), service.mails.at(-1)?.messageId]);
    const status = jsonLines((await digest("status", "--json")).stdout);
    expect(status[1]).toMatchObject({ delivery: { date: "2026-03-02", state: "sent" } });
  });

  it.each([
    [["send"], 2],
    [["send", "--due", "--date", "2026-03-02"], 2],
    [["subscribe", "ada", "--confirmed"], 2],
    [["subscribe", "ada@example.org", "--days", "someday", "--confirmed"], 2],
    [["subscribe", "ada@example.org", "--days", "mon,thuu", "--confirmed"], 2],
    [["subscribe", "ada@example.org", "--days", "t", "--confirmed"], 2],
    [["subscribe", "ada@example.org", "--zone", "Nowhere/Else", "--confirmed"], 2],
  ])("refuses %j", async (args, code) => {
    const result = await digest(...args);
    expect(result.code).toBe(code);
    expect(result.stderr).toMatch(/^paperkin: /);
  });

  it("cannot ask an address to confirm while no way of sending is configured", async () => {
    const result = await paperkin(["digest", "subscribe", "eve@example.org", ...data]);
    expect(result).toMatchObject({ code: 2 });
    expect(result.stderr).toContain("smtp");
    // An empty section says so first.
    const { stderr } = await paperkin(["digest", "subscribe", "eve", ...data]);
    expect(stderr).toContain("“eve” is not a valid address for mail.");
    expect(stderr).toContain("a folder with / or ./");
  });
});

describe("paperkin digest to webhooks and folders", () => {
  it("sends a signed webhook to an address allowed by the settings, and to no other address of this machine", async () => {
    const hook = await WebhookService.start();
    const unnamed = await digest("subscribe", hook.url, "--kind", "trending");
    expect(unnamed.code).toBe(2);
    expect(unnamed.stderr).toContain("privateWebhooks");
    const trusting = { env: { ...env, PAPERKIN_PRIVATE_WEBHOOKS: hook.url } };
    const subscribed = await paperkin(["digest", "subscribe", hook.url, "--kind", "trending", ...data], trusting);
    expect(subscribed).toMatchObject({ code: 0, stderr: "" });
    const [, secret = ""] = /signed with (whsec_\S+)/.exec(subscribed.stdout) ?? [];
    const refused = await digest("send", "--date", "2026-03-02", "--to", hook.url);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain("privateWebhooks");
    const sent = await paperkin(["digest", "send", "--date", "2026-03-02", "--again", "--to", hook.url, ...data], trusting);
    expect(sent).toMatchObject({ code: 0, stderr: `2026-03-02, ${hook.url}: sent\n` });
    const [posted] = hook.posts;
    const { "webhook-id": id, "webhook-timestamp": time, "webhook-signature": signature } = posted?.headers ?? {};
    const key = Buffer.from(secret.replace("whsec_", ""), "base64");
    expect(signature).toBe(`v1,${createHmac("sha256", key).update(`${id}.${time}.${posted?.body}`).digest("base64")}`);
    expect(JSON.parse(posted?.body ?? "")).toMatchObject({
      kind: "trending",
      sections: [{ entries: [{ url: "http://127.0.0.1:7460/papers/mine", paper: { title: "Copper kettles" } }] }],
    });
    expect((await digest("status")).stdout).not.toContain(secret);
    expect(await digest("unsubscribe", hook.url)).toMatchObject({ code: 0 });
    const again = await digest("subscribe", hook.url, "--kind", "trending");
    expect(again.stdout).not.toContain(secret);
    await digest("unsubscribe", hook.url);
    await hook.close();
  });

  it("writes a note into a folder without overwriting a note that was edited", async () => {
    const notes = temporaryFolder();
    const send = ["send", "--date", "2026-03-02", "--to", notes.path];
    expect(await digest("subscribe", join(notes.path, "gone"))).toMatchObject({ code: 2 });
    expect(await digest("subscribe", notes.path, "--kind", "trending")).toMatchObject({ code: 0 });
    expect(await digest(...send)).toMatchObject({ code: 0 });
    const path = join(notes.path, "2026-03-02-trending.md");
    const written = readFileSync(path, "utf8");
    expect(written).toMatch(/^---\npaperkin: \S+\ndate: 2026-03-02\nkind: trending\n---\n/);
    expect(written).toContain("### [Copper kettles](<http://127.0.0.1:7460/papers/mine>)");
    writeFileSync(path, `${written}Mine.\n`);
    const again = await digest(...send, "--again");
    expect(again.code).toBe(1);
    expect(again.stderr).toContain("has been edited");
    expect(readFileSync(path, "utf8")).toBe(`${written}Mine.\n`);
    expect(await digest("unsubscribe", notes.path)).toMatchObject({ code: 0 });
    notes.remove();
  });
});

describe("a server", () => {
  it("that was down sends what fell due meanwhile exactly once, even after another restart", async () => {
    const library = await LocalLibrary.open({ folder: folder.path, create: false, maintain: false });
    const [subscription] = await library.delivery.subscriptions();
    if (subscription === undefined) throw new TypeError("there is one");
    const daily = { ...subscription, weekdays: [1, 2, 3, 4, 5, 6, 7], hour: 0, wantsEmpty: true, confirmed: "2026-01-01T00:00:00.000Z" };
    await library.delivery.putSubscription(daily);
    const before = service.mails.length;
    for (const _ of ["first", "again"]) {
      const server = await Server.start(["--no-starter", ...data], env);
      await eventually(async () => (service.mails.length > before ? true : undefined));
      expect(await server.stop()).toBe(0);
    }
    const states = (await library.delivery.deliveries({ subscription: subscription.id })).map(({ state }) => state);
    await library.close();
    expect(states).toEqual(["sent", "sent"]);
    expect(service.mails.length).toBe(before + 1);
  });
});
