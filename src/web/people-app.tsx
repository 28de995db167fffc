/** The actions of the page of people and their keys. Every address requires an `admin` key, which `http/identity.ts` enforces. */
import { type Context, Hono } from "hono";
import { AppError } from "../core/errors.ts";
import { personName } from "../core/interest.ts";
import { type Scope, scopes } from "../core/personal-store.ts";
import type { Engine } from "../engine/engine.ts";
import { requireOwnKey } from "../engine/people/people.ts";
import type { AccountOptions } from "./account-app.tsx";
import { explainable } from "./explainable.ts";
import { fieldsOf } from "./form-fields.ts";
import { documentOf } from "./layout.tsx";
import { newOnce, OnceOnly } from "./once-only.ts";
import { type MadeKey, PeoplePage, type PersonForm, type RefusedMailbox } from "./people-page.tsx";

const emptyForm: PersonForm = { name: "", scope: "write" };

export function createPeopleApp(engine: Engine, options: Pick<AccountOptions, "personOf" | "needsKeys" | "keepSession">): Hono {
  const app = new Hono({ strict: false });
  const madeKeys = new OnceOnly<MadeKey>();

  async function show(
    c: Context,
    {
      form = emptyForm,
      made,
      refused,
      error,
    }: { readonly form?: PersonForm; readonly made?: MadeKey; readonly refused?: RefusedMailbox; readonly error?: AppError } = {},
  ): Promise<Response> {
    c.header("cache-control", "no-store");
    const people = await engine.people();
    // A form that is sent again may return a key that was revoked since.
    const isThere = made !== undefined && people.some(({ name, keys }) => name === made.name && keys.some((one) => isOf(one, made)));
    const needsKeys = people.length > 0 || (await options.needsKeys());
    const mailboxes = engine.signIns.byMail ? await engine.signIns.mailboxes() : undefined;
    const page = { people, person: options.personOf(c), needsKeys, form, made: isThere ? made : undefined, mailboxes, refused };
    return c.html(documentOf(c, <PeoplePage {...page} problem={error?.explanation} once={newOnce()} />), error?.outcome.status ?? 200);
  }

  /** Performs the action of a button; a problem is shown next to the button. */
  async function act(
    c: Context,
    work: () => Promise<Response>,
    typed: Pick<Parameters<typeof show>[1] & {}, "form" | "refused"> = {},
  ): Promise<Response> {
    try {
      return await work();
    } catch (thrown) {
      return await show(c, { ...typed, error: explainable(thrown) });
    }
  }

  /** The first key is made by a person who needs none so far, but needs one from then on. */
  async function makeKey(c: Context, name: string, scope: Scope): Promise<MadeKey> {
    // It takes a moment until a new key is required, so `needsKeys` alone does not show whether there are any.
    const isFirst = !(await options.needsKeys()) && (await engine.people()).length === 0;
    if (isFirst) requireOwnKey(name, scope);
    const key = await engine.addPerson(name, scope);
    if (isFirst) options.keepSession(c, await engine.signIns.beginWithKey(name, key, c.req.header("user-agent") ?? ""));
    return { name, scope, key };
  }

  app.get("/admin/people", (c) => show(c));
  app.post("/admin/people", async (c) => {
    const field = await fieldsOf(c);
    const form = { name: personName(field("name")), scope: field("scope") };
    const work = async () => {
      const scope = scopes.find((one) => one === form.scope);
      if (scope === undefined)
        throw new AppError("invalid_request", `There is no kind of key called “${form.scope}”: it is one of ${scopes.join(", ")}.`);
      const asked = [options.personOf(c), form];
      return await show(c, { made: await madeKeys.of(field("once"), asked, () => makeKey(c, form.name, scope)) });
    };
    return await act(c, work, { form });
  });
  app.post("/admin/people/revoke", (c) =>
    act(c, async () => {
      await engine.revokeKey((await fieldsOf(c))("prefix"));
      return c.redirect("/admin/people#people", 303);
    }),
  );
  app.post("/admin/people/address", async (c) => {
    const field = await fieldsOf(c);
    const refused = { name: field("name"), address: field("address") };
    const work = async () => {
      await engine.signIns.setMailbox(personName(refused.name), refused.address || undefined);
      return c.redirect("/admin/people#people", 303);
    };
    return await act(c, work, { refused });
  });
  app.post("/admin/people/remove", (c) =>
    act(c, async () => {
      await engine.removePerson(personName((await fieldsOf(c))("name")));
      return c.redirect("/admin/people#people", 303);
    }),
  );
  return app;
}

function isOf({ prefix }: { readonly prefix: string }, { key }: MadeKey): boolean {
  return key.startsWith(prefix);
}
