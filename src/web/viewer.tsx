/**
 * Who requests a page, and what they may do. Parts of pages that offer an action check this, and are left out if the action would be
 * refused.
 */
import type { Context } from "hono";
import { type Child, createContext, useContext } from "hono/jsx";
import type { Scope } from "../core/personal-store.ts";

/** The person who requests a page. */
export interface Viewer {
  /** Undefined on pages that do not identify the viewer. */
  readonly scope: Scope | undefined;
  /** Undefined if nobody needs to sign in; `nobody` on pages that do not identify the viewer. */
  readonly signedIn: { readonly as: string } | "nobody" | undefined;
}

const unknown: Viewer = { scope: undefined, signedIn: undefined };

export const ViewerContext = createContext<Viewer>(unknown);

/** Whether the viewer may give feedback, follow and subscribe. */
export function mayWrite(): boolean {
  const { scope } = useContext(ViewerContext);
  return scope === "write" || scope === "admin";
}

export function mayLookAfter(): boolean {
  return useContext(ViewerContext).scope === "admin";
}

/** Whether the viewer is known, and may only read. */
export function onlyReads(): boolean {
  return useContext(ViewerContext).scope === "read";
}

/** As {@link Viewer.signedIn}. */
export function signedIn(): Viewer["signedIn"] {
  return useContext(ViewerContext).signedIn;
}

const key = "viewer";

export function keepViewer(c: Context, viewer: Viewer): void {
  c.set(key, viewer);
}

export function keptViewer(c: Context): Viewer {
  return (c.get(key) as Viewer | undefined) ?? unknown;
}

/** Explains why the forms of a page are missing. @param children what a key that can write would be for. */
export function OnlyReads({ children }: { children: Child }) {
  return onlyReads() ? <p class="hint">You are signed in with a read-only key. {children}</p> : null;
}
