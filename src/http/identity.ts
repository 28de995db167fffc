/** The identity behind a request: the person that a key belongs to, and its scope. */
import type { Context } from "hono";
import { ownerName } from "../core/interest.ts";
import type { Scope } from "../core/personal-store.ts";

export interface Identity {
  readonly person: string;
  readonly scope: Scope;
  /** The hash of the browser's session. */
  readonly session?: string;
}

/** The identity of every request to a service without keys. */
export const owner: Identity = { person: ownerName, scope: "admin" };

const identityKey = "identity";

export function setIdentity(c: Context, identity: Identity): void {
  c.set(identityKey, identity);
}

export function identityOf(c: Context): Identity {
  return (c.get(identityKey) as Identity | undefined) ?? owner;
}

/** The scope of the request; undefined on routes that need no key. */
export function scopeOf(c: Context): Scope | undefined {
  return (c.get(identityKey) as Identity | undefined)?.scope;
}

export function personOf(c: Context): string {
  return identityOf(c).person;
}

/** Paths that only an administrator may read. */
const adminPaths = /^\/(?:admin|v1\/people|v1\/jobs|v1\/index\/faults)(?:\/|$)/;

/** POST routes that change nothing, or only end the caller's own session. */
const readingPosts =
  /^\/(?:similar|sign-out|account\/revoke|v1\/(?:similar|recommendations|papers\/batch|explain)|graph\/v1\/paper\/batch|recommendations\/v1\/papers|api\/query)\/?$/;

/** The scope that a request needs: reading needs `read`, changing one's own data `write`, changing shared data `admin`. */
export function neededScope(method: string, path: string): Scope {
  if (adminPaths.test(path)) return "admin";
  // No route takes OPTIONS; the answer lists the methods that a path allows.
  if (["GET", "HEAD", "OPTIONS"].includes(method) || (method === "POST" && readingPosts.test(path))) return "read";
  if (method === "POST" && /^\/v1\/papers\/.+\/comments\/?$/.test(path)) return "write";
  return /^\/(?:v1\/)?(?:interests|feedback|picks|feeds|subscriptions|comments|judgments)(?:\/|$)/.test(path) ? "write" : "admin";
}

const ranks: Readonly<Record<Scope, number>> = { read: 0, write: 1, admin: 2 };

export function isEnough(scope: Scope, needed: Scope): boolean {
  return ranks[scope] >= ranks[needed];
}
