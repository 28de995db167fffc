/** Who asks: the person that a key belongs to, and what the key may do. */
import type { Context } from "hono";
import { ownerName } from "../core/interest.ts";
import type { Scope } from "../core/personal-store.ts";

export interface Identity {
  readonly person: string;
  readonly scope: Scope;
  /** The hash of the session that a browser asks with. */
  readonly session?: string;
}

/** Without keys the service is its owner's. */
export const owner: Identity = { person: ownerName, scope: "admin" };

const identityKey = "identity";

export function setIdentity(c: Context, identity: Identity): void {
  c.set(identityKey, identity);
}

export function identityOf(c: Context): Identity {
  return (c.get(identityKey) as Identity | undefined) ?? owner;
}

/** What whoever asks may do; undefined where nobody is asked who they are. */
export function scopeOf(c: Context): Scope | undefined {
  return (c.get(identityKey) as Identity | undefined)?.scope;
}

export function personOf(c: Context): string {
  return identityOf(c).person;
}

/** What only those read who look after the service. */
const adminPaths = /^\/(?:admin|v1\/people|v1\/jobs|v1\/index\/faults)(?:\/|$)/;

/** Ask for much, or end what is the asker's own session: they change nothing else. */
const readingPosts = /^\/(?:similar|sign-out|account\/revoke|v1\/(?:similar|recommendations|papers\/batch|explain))\/?$/;

/** What a request needs: reading is free to all, what is personal needs `write`, what is everybody's `admin`. */
export function neededScope(method: string, path: string): Scope {
  if (adminPaths.test(path)) return "admin";
  // No route takes OPTIONS: what is answered is which methods a path takes.
  if (["GET", "HEAD", "OPTIONS"].includes(method) || (method === "POST" && readingPosts.test(path))) return "read";
  if (method === "POST" && /^\/v1\/papers\/.+\/comments\/?$/.test(path)) return "write";
  return /^\/(?:v1\/)?(?:interests|feedback|picks|feeds|subscriptions|comments|judgments)(?:\/|$)/.test(path) ? "write" : "admin";
}

const ranks: Readonly<Record<Scope, number>> = { read: 0, write: 1, admin: 2 };

export function isEnough(scope: Scope, needed: Scope): boolean {
  return ranks[scope] >= ranks[needed];
}
