/** The pages for signing in, and for a person's open sessions. */
import type { ListedSession } from "../engine/people/sign-ins.ts";
import { readableDate } from "./dates.ts";
import { Page, Problem } from "./layout.tsx";

export interface SignInPageProps {
  /** Where to go afterwards: an address of this service. */
  readonly back: string;
  /** Whether links can be mailed; if not, the page does not offer one. */
  readonly byMail: boolean;
  /** A form from a browser whose session had ended. */
  readonly sent?: SentForm | undefined;
  readonly problem?: string;
}

/** A form that is sent again. */
export interface SentForm {
  /** An address of this service. */
  readonly action: string;
  readonly fields: Readonly<Record<string, string>>;
}

export function SignInPage({ back, byMail, sent, problem }: SignInPageProps) {
  // The field `resume` marks a form that is carried on; its own fields keep their names.
  const hidden = sent === undefined ? { back } : { ...sent.fields, resume: sent.action };
  return (
    <Page title="Sign in" active="account">
      <h1>Sign in</h1>
      <Problem text={problem} />
      {sent === undefined ? null : (
        <p class="lead">You are no longer signed in. What you sent is kept on this page, and goes out as soon as you sign in.</p>
      )}
      <form class="kin" method="post" action="/sign-in">
        {Object.entries(hidden).map(([name, value]) => (
          <input type="hidden" name={name} value={value} />
        ))}
        <label>
          Your key
          <input name="key" type="password" autocomplete="current-password" required />
        </label>
        <button type="submit">Sign in</button>
      </form>
      <p class="hint">
        Keys come from whoever runs this service; ask there, too, if you have lost yours. This browser keeps a cookie in place of the key.
      </p>
      {byMail ? <ByMail back={back} carries={sent !== undefined} /> : null}
    </Page>
  );
}

/** @param carries whether the page holds a form to be sent again, which a link in a mail cannot do. */
function ByMail({ back, carries }: { back: string; carries: boolean }) {
  return (
    <section aria-labelledby="by-mail">
      <h2 id="by-mail">Or by a link in an email</h2>
      {carries ? (
        <p>
          <a href="/sign-in" target="_blank" rel="noopener">
            Ask for one
          </a>
          , without a key. Once signed in, reload this page: your form is then sent again.
        </p>
      ) : (
        <form class="kin" method="post" action="/sign-in">
          <input type="hidden" name="back" value={back} />
          <label>
            Your email address
            <input name="address" type="email" autocomplete="email" maxlength={254} required />
          </label>
          <button type="submit">Email me a link</button>
        </form>
      )}
    </section>
  );
}

/** The same page whether or not the address is known, so that it reveals nothing. */
export function LinkSentPage() {
  return (
    <Page title="Check your email">
      <h1>Check your email</h1>
      <p class="lead">If this address belongs to somebody here, a link to sign in is on its way. It works once, within 15 minutes.</p>
      <p>
        Nothing arrived? <a href="/sign-in">Try again</a>, or ask whoever runs this service.
      </p>
    </Page>
  );
}

/** Programs that scan mails open every link, so only the button signs in. */
export function UseLinkPage({ person }: { person: string }) {
  return (
    <Page title="Sign in" active="account">
      <h1>Sign in as {person}</h1>
      <form method="post">
        <button type="submit">Sign in</button>
      </form>
    </Page>
  );
}

export function NoSignInPage() {
  return (
    <Page title="Account" active="account">
      <h1>Nobody needs to sign in here</h1>
      <p class="lead">
        This service has no keys: it answers on this machine only, for its owner. To let somebody else use it, make keys on the page{" "}
        <a href="/admin/people">People</a>.
      </p>
      <OwnPages />
    </Page>
  );
}

/** Links to the person's own pages. */
function OwnPages() {
  return (
    <section aria-labelledby="own">
      <h2 id="own">What is yours</h2>
      <ul>
        <li>
          <a href="/interests">Your interests</a> and their <a href="/picks">picks</a>
        </li>
        <li>
          <a href="/feedback">Your feedback on papers</a>: saved, voted, noted
        </li>
        <li>
          <a href="/subscriptions">What is sent to you</a>, and <a href="/feeds">your private feeds</a>
        </li>
      </ul>
    </section>
  );
}

const browsers = [
  ["Edg", "Edge"],
  ["OPR", "Opera"],
  ["Firefox", "Firefox"],
  ["FxiOS", "Firefox"],
  ["Chrome", "Chrome"],
  ["CriOS", "Chrome"],
  ["Safari", "Safari"],
] as const;
const systems = [
  ["Android", "Android"],
  ["iPhone", "an iPhone"],
  ["iPad", "an iPad"],
  ["Windows", "Windows"],
  ["Mac OS X", "a Mac"],
  ["Linux", "Linux"],
] as const;

/** The common name of a browser. Each also claims the names of several others; the first match in this order is its own. */
function browserOf(agent: string): string {
  const browser = browsers.find(([token]) => agent.includes(`${token}/`))?.[1];
  const system = systems.find(([token]) => agent.includes(token))?.[1];
  if (browser === undefined) return agent === "" ? "A browser" : agent.slice(0, 80);
  return system === undefined ? browser : `${browser} on ${system}`;
}

export function AccountPage({ person, sessions }: { person: string; sessions: readonly ListedSession[] }) {
  return (
    <Page title="Account" active="account">
      <h1>You are signed in as {person}</h1>
      {sessions.some(({ isOwn }) => isOwn) ? (
        <form method="post" action="/sign-out">
          <button type="submit">Sign out</button>
        </form>
      ) : (
        <p class="lead">This browser sends your key with every request; there is nothing to sign out of.</p>
      )}
      <OwnPages />
      <h2>Where you are signed in</h2>
      {sessions.length === 0 ? <p>Not in any browser.</p> : null}
      <ul class="cards">
        {sessions.map(({ prefix, agent, created, seen, by, isOwn }) => (
          <li>
            <h3>{isOwn ? "This browser" : browserOf(agent)}</h3>
            <p>
              <code>{prefix}…</code> by {by} on {readableDate(created.slice(0, 10))}, last used on {readableDate(seen.slice(0, 10))}
            </p>
            <form method="post" action="/account/revoke">
              <input type="hidden" name="prefix" value={prefix} />
              <button type="submit">
                End this session<span class="hidden"> ({prefix})</span>
              </button>
            </form>
          </li>
        ))}
      </ul>
      {sessions.length > 1 ? (
        <form method="post" action="/account/revoke">
          <button type="submit">End all sessions</button>
        </form>
      ) : null}
    </Page>
  );
}
