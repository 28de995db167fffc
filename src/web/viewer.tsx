/** Who asks for a page and what they may do: parts of pages that offer to do something ask here, and are left out where it would be refused. */
import type { Context } from "hono";
import { type Child, createContext, useContext } from "hono/jsx";
import type { Scope } from "../core/personal-store.ts";

/** Whoever asks for a page. */
export interface Viewer {
  /** Undefined on pages that ask nobody who they are. */
  readonly scope: Scope | undefined;
  /** Undefined where nobody needs to sign in; `nobody` on pages that ask nobody who they are. */
  readonly signedIn: { readonly as: string } | "nobody" | undefined;
}

const unknown: Viewer = { scope: undefined, signedIn: undefined };

export const ViewerContext = createContext<Viewer>(unknown);

/** Whether what is said of papers, follows them or sends them would be taken. */
export function mayWrite(): boolean {
  const { scope } = useContext(ViewerContext);
  return scope === "write" || scope === "admin";
}

export function mayLookAfter(): boolean {
  return useContext(ViewerContext).scope === "admin";
}

/** Whether somebody is known who may read and nothing else. */
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

/** Why the forms of a page are not there. @param children what a key that writes would be for. */
export function OnlyReads({ children }: { children: Child }) {
  return onlyReads() ? <p class="hint">You are signed in with a read-only key. {children}</p> : null;
}
