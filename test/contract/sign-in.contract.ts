/** How people sign in to the pages. */
import { expect } from "vitest";
import type { StoredSession } from "../../src/core/sign-in.ts";
import type { Behaviours } from "./library.contract.ts";

const session = (hash: string, changes: Partial<StoredSession> = {}): StoredSession => ({
  prefix: `pw_${hash}`,
  hash,
  person: "ada",
  agent: "Browser",
  created: "2026-01-01T00:00:00.000Z",
  seen: "2026-01-01T00:00:00.000Z",
  expires: "2026-02-01T00:00:00.000Z",
  ...changes,
});
const link = (hash: string, person = "ada") => ({ hash, person, expires: "2026-01-01T00:15:00.000Z" });

export const signInBehaviours: Behaviours = {
  "keeps one address of a person, and forgets links that went to the former one": async ({ library: { signIns } }) => {
    await signIns.setMailbox("bob", "bob@example.org");
    await signIns.setMailbox("ada", "ada@example.org");
    await signIns.addSignInLink(link("a"));
    await signIns.addSignInLink(link("b", "bob"));
    await signIns.setMailbox("ada", "ada@example.net");
    expect(await signIns.mailboxes()).toEqual([
      { person: "ada", address: "ada@example.net" },
      { person: "bob", address: "bob@example.org" },
    ]);
    expect([await signIns.signInLink("a"), await signIns.signInLink("b")]).toEqual([undefined, link("b", "bob")]);
    await signIns.setMailbox("ada", undefined);
    expect(await signIns.mailboxes()).toHaveLength(1);
  },

  "gives a link away once": async ({ library: { signIns } }) => {
    await signIns.addSignInLink(link("a"));
    expect(await signIns.signInLink("a")).toEqual(link("a"));
    expect(await signIns.takeSignInLink("a")).toEqual(link("a"));
    expect(await signIns.takeSignInLink("a")).toBeUndefined();
    expect(await signIns.signInLink("a")).toBeUndefined();
  },

  "keeps sessions and when they were used, creates none by recording use, and ends expired ones": async ({ library: { signIns } }) => {
    await signIns.addSession(session("b", { person: "bob", key: "k" }));
    await signIns.addSession(session("a"));
    const used = { seen: "2026-01-03T00:00:00.000Z", expires: "2026-03-01T00:00:00.000Z" };
    expect([await signIns.useSession({ hash: "b", ...used }), await signIns.useSession({ hash: "c", ...used })]).toEqual([true, false]);
    expect((await signIns.sessions()).map(({ hash }) => hash)).toEqual(["a", "b"]);
    expect(await signIns.sessions("bob")).toEqual([await signIns.session("b")]);
    expect(await signIns.session("b")).toMatchObject({ key: "k", seen: "2026-01-03T00:00:00.000Z" });
    await signIns.addSignInLink(link("a"));
    await signIns.removeExpiredSignIns("2026-02-01T00:00:00.000Z");
    expect((await signIns.sessions()).map(({ hash }) => hash)).toEqual(["b"]);
    expect(await signIns.signInLink("a")).toBeUndefined();
    expect([await signIns.removeSession("b"), await signIns.removeSession("b")]).toEqual([true, false]);
  },

  "I9: removes a person's means of signing in with the person": async ({ library: { signIns, personal } }) => {
    await personal.addPerson("ada");
    await signIns.setMailbox("ada", "ada@example.org");
    await signIns.addSignInLink(link("a"));
    await signIns.addSession(session("a"));
    await signIns.addSession(session("b", { person: "bob" }));
    await personal.removePerson("ada");
    expect(await signIns.mailboxes()).toEqual([]);
    expect(await signIns.signInLink("a")).toBeUndefined();
    expect((await signIns.sessions()).map(({ hash }) => hash)).toEqual(["b"]);
  },
};
