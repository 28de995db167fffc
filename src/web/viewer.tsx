/** What whoever asks for a page may do: parts of pages that offer to do something ask here, and are left out where it would be refused. */
import type { Context } from "hono";
import { type Child, createContext, useContext } from "hono/jsx";
import type { Scope } from "../core/personal-store.ts";

/** Undefined on pages that ask nobody who they are. */
export const ViewerScope = createContext<Scope | undefined>(undefined);

/** Whether what is said of papers, follows them or sends them would be taken. */
export function mayWrite(): boolean {
  const scope = useContext(ViewerScope);
  return scope === "write" || scope === "admin";
}

export function mayLookAfter(): boolean {
  return useContext(ViewerScope) === "admin";
}

/** Whether somebody is known who may read and nothing else. */
export function onlyReads(): boolean {
  return useContext(ViewerScope) === "read";
}

const key = "viewer-scope";

export function keepScope(c: Context, scope: Scope | undefined): void {
  c.set(key, scope);
}

export function keptScope(c: Context): Scope | undefined {
  return c.get(key) as Scope | undefined;
}

/** Why the forms of a page are not there. @param children what a key that writes would be for. */
export function OnlyReads({ children }: { children: Child }) {
  return onlyReads() ? <p class="hint">You are signed in with a key that only reads. {children}</p> : null;
}
