/** The people who use the service and their keys, for its admins: making and revoking keys, removing people. */
import { ownerName } from "../core/interest.ts";
import type { Scope } from "../core/personal-store.ts";
import type { PersonWithKeys } from "../engine/people/people.ts";
import { readableDate } from "./dates.ts";
import { Page, Problem } from "./layout.tsx";
import { Sure } from "./sure.tsx";

/** A key that was just made. */
export interface MadeKey {
  readonly name: string;
  readonly scope: Scope;
  readonly key: string;
}

export interface PersonForm {
  readonly name: string;
  readonly scope: string;
}

/** An address that was refused. */
export interface RefusedMailbox {
  readonly name: string;
  readonly address: string;
}

export interface PeoplePageProps {
  readonly people: readonly PersonWithKeys[];
  /** The name of the person who sends the request. */
  readonly person: string;
  /** Whether the service requires keys; making the first one turns this on. */
  readonly needsKeys: boolean;
  readonly form: PersonForm;
  readonly made?: MadeKey | undefined;
  /** The addresses for links to sign in, by person; undefined if the service sends no mail. */
  readonly mailboxes: ReadonlyMap<string, string> | undefined;
  /** A refused address, which the form still shows, with the reason. */
  readonly refused?: RefusedMailbox | undefined;
  readonly problem?: string | undefined;
  /** See `OnceOnly`. */
  readonly once: string;
}

/** What a key permits, in words. */
const scopeTexts: Readonly<Record<Scope, string>> = {
  read: "only reads",
  write: "reads, saves, follows and comments",
  admin: "does everything, as on this page",
};

export function PeoplePage({ people, person, needsKeys, form, made, mailboxes, refused, problem, once }: PeoplePageProps) {
  return (
    <Page title="People and their keys">
      <h1>People and their keys</h1>
      <p class="lead">
        Everybody who has a key has their own interests, picks and saved papers here, which nobody else sees.{" "}
        <a href="/admin">Back to the library</a>
      </p>
      {isShown(refused, people) ? null : <Problem text={problem} />}
      {made === undefined ? null : <Made {...made} isOwn={made.name === person} />}
      {needsKeys ? <NewKey form={form} once={once} /> : <FirstKey once={once} />}
      <h2 id="people">People</h2>
      {people.length === 0 ? <p>Nobody but you.</p> : null}
      {mailboxes === undefined || people.length === 0 ? null : (
        <p class="hint">Links to sign in go to the address given here, and to any address that the person confirmed for their own picks.</p>
      )}
      <ul class="cards">
        {people.map((one) => (
          <PersonCard
            one={one}
            isOwn={one.name === person}
            isLast={people.length === 1}
            admins={adminKeys(people)}
            mailbox={mailboxes === undefined ? undefined : (mailboxes.get(one.name) ?? "")}
            refused={refused?.name === one.name ? { address: refused.address, problem } : undefined}
          />
        ))}
      </ul>
    </Page>
  );
}

/** Whether the refused form is on the page; its person may have been removed meanwhile. */
function isShown(refused: RefusedMailbox | undefined, people: readonly PersonWithKeys[]): boolean {
  return people.some(({ name }) => name === refused?.name);
}

function adminKeys(people: readonly PersonWithKeys[]): number {
  return people.flatMap(({ keys }) => keys).filter(({ scope }) => scope === "admin").length;
}

function Made({ name, scope, key, isOwn }: MadeKey & { isOwn: boolean }) {
  return (
    <section aria-labelledby="made">
      <h2 id="made">{isOwn ? "Your new key" : `A key for ${name}`}</h2>
      <p role="status">Copy it now: it will not be shown again. It {scopeTexts[scope]}.</p>
      <p>
        <code class="secret">{key}</code>
      </p>
      <p class="hint">
        It signs in at <a href="/sign-in">/sign-in</a>; programs send it as <code>Authorization: Bearer KEY</code>.
      </p>
    </section>
  );
}

/** Without keys the service is open to this machine, and a person who made the first key for somebody else would be locked out. */
function FirstKey({ once }: { once: string }) {
  return (
    <>
      <h2 id="new">A key for somebody else</h2>
      <p>
        Nobody needs a key so far: this service answers on its own machine only. Once others use it, everybody needs one, and yours comes
        first.
      </p>
      <Sure
        action="/admin/people"
        fields={{ name: ownerName, scope: "admin", once }}
        text="Make your own key"
        goes="From then on every browser and every program needs a key, those on this machine too. What you follow, saved and were shown stays yours. This browser is signed in with it at once."
        button="Make it, and ask for keys"
      />
    </>
  );
}

function NewKey({ form, once }: { form: PersonForm; once: string }) {
  return (
    <>
      <h2 id="new">A new key</h2>
      <form class="kin" method="post" action="/admin/people">
        <input type="hidden" name="once" value={once} />
        <div class="grid">
          <label>
            Whose key
            <input name="name" value={form.name} maxlength={64} autocomplete="off" autocapitalize="none" spellcheck={false} required />
          </label>
          <label>
            What it can do
            <select name="scope">
              {(Object.keys(scopeTexts) as Scope[]).map((scope) => (
                <option value={scope} selected={scope === form.scope}>
                  {scopeTexts[scope]}
                </option>
              ))}
            </select>
          </label>
        </div>
        <button type="submit">Make a key</button>
      </form>
      <p class="hint">A new name makes a new person; somebody who is there already gets one more key.</p>
    </>
  );
}

interface PersonCardProps {
  readonly one: PersonWithKeys;
  readonly isOwn: boolean;
  readonly isLast: boolean;
  /** The number of keys with the scope `admin`. */
  readonly admins: number;
  /** Empty for none; undefined if the service sends no mail. */
  readonly mailbox: string | undefined;
  readonly refused: { readonly address: string; readonly problem: string | undefined } | undefined;
}

function PersonCard({ one: { name, keys }, isOwn, isLast, admins, mailbox, refused }: PersonCardProps) {
  return (
    <li>
      <h3>
        {name} {isOwn ? <span class="badge">you</span> : null}
      </h3>
      {keys.length === 0 ? <p>No key: nobody can sign in as {name} with one.</p> : null}
      {keys.map(({ prefix, scope, created }) => (
        <div>
          <p>
            <code>{prefix}…</code> {scopeTexts[scope]}, made on {readableDate(created.slice(0, 10))}
          </p>
          <Sure
            action="/admin/people/revoke"
            fields={{ prefix }}
            text="Revoke it"
            of={prefix}
            goes={`Programs that have it, and browsers that signed in with it, are refused from then on. What is ${isOwn ? "yours" : `${name}'s`} stays.${
              scope === "admin" && admins === 1 ? ` ${lastAdmin}` : ""
            }`}
            button="Revoke the key"
          />
        </div>
      ))}
      {mailbox === undefined ? null : <MailboxForm name={name} mailbox={refused?.address ?? mailbox} problem={refused?.problem} />}
      <Sure
        action="/admin/people/remove"
        fields={{ name }}
        text="Remove this person"
        of={name}
        goes={[
          `This removes all that is ${name}'s: keys, sign-ins, interests, picks, what was saved, voted and noted, comments, feeds and subscriptions. There is no way back.`,
          isOwn ? "This is you: you will be signed out." : "",
          isLast ? "Without anybody else, and without keys in the settings, nobody needs a key any more." : "",
          !isLast && admins > 0 && keys.filter(({ scope }) => scope === "admin").length === admins ? lastAdmin : "",
        ]
          .filter((words) => words !== "")
          .join(" ")}
        button={`Remove ${name}`}
      />
    </li>
  );
}

function MailboxForm({ name, mailbox, problem }: { name: string; mailbox: string; problem: string | undefined }) {
  return (
    <form class="kin" method="post" action="/admin/people/address">
      <Problem text={problem} />
      <input type="hidden" name="name" value={name} />
      <label>
        Links to sign in go to <span class="hidden">(for {name})</span>
        <input name="address" type="email" value={mailbox} maxlength={254} autocomplete="off" />
      </label>
      <button type="submit">Save this address</button>
    </form>
  );
}

const lastAdmin =
  "No other key that was made here does everything: after that only a key from the settings, or the command line, can manage the service.";

/** The summary on the admin page. */
export function PeopleSummary({ people }: { people: readonly PersonWithKeys[] }) {
  const shown = people.slice(0, mostNames).map(({ name }) => name);
  return (
    <section aria-labelledby="people">
      <h2 id="people">People</h2>
      <p>
        {people.length === 0 ? "Nobody but you." : shown.join(", ")}
        {people.length > shown.length ? ` and ${people.length - shown.length} more` : ""}{" "}
        <a href="/admin/people">{people.length === 0 ? "A key for somebody else" : "Their keys, and new ones"}</a>
      </p>
    </section>
  );
}

const mostNames = 20;
