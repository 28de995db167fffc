/** The frame of every page: head, navigation, footer. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Context } from "hono";
import type { Child } from "hono/jsx";
import { shippedFile } from "../compiled.ts";
import { dailyFeed, type FeedOfPage, feedHref, feedLinks } from "./links.ts";
import { keptViewer, mayLookAfter, onlyReads, signedIn, ViewerContext } from "./viewer.tsx";

const assetNames = ["style.css", "paperkin.js", "suggest.js", "favicon.svg"] as const;
type AssetName = (typeof assetNames)[number];

export interface Asset {
  readonly bytes: Buffer;
  /** The hash of the content. It is part of the address, so that browsers may cache the file forever. */
  readonly hash: string;
}

/** The files that pages load, read once at startup. */
export const assets: ReadonlyMap<string, Asset> = new Map(
  assetNames.map((name) => {
    const bytes = readFileSync(shippedFile(`web/assets/${name}`));
    return [name, { bytes, hash: createHash("sha256").update(bytes).digest("hex").slice(0, 12) }];
  }),
);

function assetHref(name: AssetName): string {
  return `/assets/${name}?v=${assets.get(name)?.hash ?? ""}`;
}

export interface PageProps {
  readonly title: string;
  /** The navigation entry that this page belongs to. */
  readonly active?: "search" | "daily" | "picks" | "saved" | "interests" | "similar" | "topics" | "import" | "docs" | "account";
  /** The feed of the page, if there is one. */
  readonly feed?: FeedOfPage;
  /** The interval in seconds after which a page with changing content is loaded again. */
  readonly refreshSeconds?: number;
  readonly children?: Child;
}

/** Links for people who follow the page in a feed reader. */
export function FeedLinks({ feed }: { feed: FeedOfPage }) {
  return (
    <p class="feeds">
      Follow this as a feed:{" "}
      {feedLinks.map(({ format, type, name }) => (
        <a href={feedHref(feed, format)} type={type}>
          {name}
        </a>
      ))}
    </p>
  );
}

const entries = [
  { name: "search", href: "/", text: "Search" },
  { name: "daily", href: "/daily", text: "Daily" },
  { name: "picks", href: "/picks", text: "Picks" },
  { name: "saved", href: "/feedback?kind=save", text: "Saved" },
  { name: "interests", href: "/interests", text: "Interests" },
  { name: "similar", href: "/similar", text: "Find kin" },
  { name: "topics", href: "/topics", text: "Topics" },
  { name: "import", href: "/import", text: "Import" },
  { name: "docs", href: "/docs", text: "API" },
] as const;

/** Entries that the viewer may not use are left out. */
const isOffered = (name: (typeof entries)[number]["name"]): boolean => name !== "import" || mayLookAfter();

export function Page({ title, active, feed = dailyFeed, refreshSeconds, children }: PageProps) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        {refreshSeconds === undefined ? null : (
          <noscript>
            <meta http-equiv="refresh" content={String(refreshSeconds)} />
          </noscript>
        )}
        <title>{title === "Paperkin" ? title : `${title} · Paperkin`}</title>
        <link rel="icon" href={assetHref("favicon.svg")} type="image/svg+xml" />
        <link rel="stylesheet" href={assetHref("style.css")} />
        {feedLinks.map(({ format, type, name }) => (
          <link rel="alternate" type={type} title={`${feed.title} (${name})`} href={feedHref(feed, format)} />
        ))}
        <script src={assetHref("paperkin.js")} defer></script>
        {active === "search" ? <script src={assetHref("suggest.js")} defer></script> : null}
      </head>
      <body>
        <a class="skip" href="#main">
          Skip to the content
        </a>
        <header class="bar">
          <a class="brand" href="/">
            Paperkin
          </a>
          <nav aria-label="Main">
            {entries
              .filter(({ name }) => isOffered(name))
              .map((entry) => (
                <>
                  <a href={entry.href} aria-current={entry.name === active ? "page" : undefined}>
                    {entry.text}
                  </a>{" "}
                </>
              ))}
          </nav>
          <Who active={active} />
        </header>
        <main id="main" data-renew-seconds={refreshSeconds}>
          {children}
        </main>
        <footer>
          {onlyReads() ? "You are signed in with a read-only key: to save, follow, vote or comment you need one that can write. " : null}
          {mayLookAfter() && signedIn() === undefined
            ? "Everything here comes from your own library, on your own machine. "
            : "Everything here comes from the library of this service. "}
          {mayLookAfter() ? (
            <>
              <a href="/admin">Admin</a> ·{" "}
            </>
          ) : null}
          <a href="/account">Account</a>
          <label class="keys" data-with-script hidden>
            <input type="checkbox" data-keys checked /> Keys: <kbd>/</kbd> searches, <kbd>j</kbd> and <kbd>k</kbd> go through results
          </label>
        </footer>
      </body>
    </html>
  );
}

/** Who is signed in, or a link to sign in. */
function Who({ active }: Pick<PageProps, "active">) {
  const who = signedIn();
  if (who === undefined) return null;
  return (
    <a class="who" href={who === "nobody" ? "/sign-in" : "/account"} aria-current={active === "account" ? "page" : undefined}>
      {who === "nobody" ? (
        "Sign in"
      ) : (
        <>
          <span class="hidden">Account of </span>
          {who.as}
        </>
      )}
    </a>
  );
}

/** The problem with a request; renders nothing without one. The page scrolls to it, however far down its form is. */
export function Problem({ text }: { text: string | undefined }) {
  return text === undefined ? null : (
    <p class="problem" role="alert" tabindex={-1} autofocus>
      {text}
    </p>
  );
}

/** A complete document, as rendered for the person who requests it. */
export function documentOf(c: Context, page: Child): string {
  return `<!doctype html>${String(<ViewerContext.Provider value={keptViewer(c)}>{page}</ViewerContext.Provider>)}`;
}
