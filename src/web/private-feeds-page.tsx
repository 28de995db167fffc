/** Feeds of a person's picks under private addresses: listing, creating and revoking them. */
import type { Interest } from "../core/interest.ts";
import { type FeedAddresses, interestHref } from "../core/page-addresses.ts";
import type { ListedFeed } from "../engine/people/private-feeds.ts";
import { readableDate } from "./dates.ts";
import { Page } from "./layout.tsx";
import { feedLinks } from "./links.ts";
import { Sure } from "./sure.tsx";
import { mayWrite, OnlyReads } from "./viewer.tsx";

/** @param made the addresses of a feed that was just created. @param once see `OnceOnly`. */
export function PrivateFeedsPage({
  feeds,
  interests,
  made,
  once,
}: {
  feeds: readonly ListedFeed[];
  interests: readonly Interest[];
  made?: FeedAddresses | undefined;
  once: string;
}) {
  return (
    <Page title="Private feeds" active="picks">
      <h1>Your picks in a feed reader</h1>
      <p class="lead">
        A private feed holds your <a href="/picks">picks</a> with their reasons. Its address needs no key and opens nothing else: whoever
        knows it can read this feed, until you revoke it.
      </p>
      {made === undefined ? null : (
        <section aria-labelledby="made">
          <h2 id="made">Your new feed</h2>
          <p role="status">Copy the address into your reader now: it will not be shown again.</p>
          <ul>
            {feedLinks.map(({ format, type, name }) => (
              <li>
                {name}:{" "}
                <a class="secret" href={made[format]} type={type}>
                  {made[format]}
                </a>
              </li>
            ))}
          </ul>
        </section>
      )}
      <OnlyReads>To make or revoke a feed you need one that can write.</OnlyReads>
      {mayWrite() ? <NewFeed interests={interests} once={once} /> : null}
      <h2 id="feeds">Your feeds</h2>
      {feeds.length === 0 ? <p>There are none.</p> : null}
      <ul class="cards">
        {feeds.map(({ prefix, interest, created }) => (
          <li>
            <h3>{interest === undefined ? "All picks" : <a href={interestHref(interest.id)}>{interest.name}</a>}</h3>
            <p>
              <code>{prefix}…</code> made on {readableDate(created.slice(0, 10))}
            </p>
            {mayWrite() ? (
              <Sure
                action="/feeds/revoke"
                fields={{ prefix }}
                text="Revoke it"
                of={prefix}
                goes="Its address stops working permanently: feed readers that use it need a new one."
                button="Revoke the address"
              />
            ) : null}
          </li>
        ))}
      </ul>
    </Page>
  );
}

function NewFeed({ interests, once }: { interests: readonly Interest[]; once: string }) {
  return (
    <>
      <h2 id="new">A new feed</h2>
      <form class="kin" method="post" action="/feeds">
        <input type="hidden" name="once" value={once} />
        <label>
          What it contains
          <select name="interest">
            <option value="">all picks</option>
            {interests.map(({ id, name }) => (
              <option value={id}>those for {name}</option>
            ))}
          </select>
        </label>
        <button type="submit">Make an address</button>
      </form>
    </>
  );
}
