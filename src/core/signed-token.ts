/** Texts that only this library can have issued: links in mails carry them instead of a sign-in. */
import { createHmac, timingSafeEqual } from "node:crypto";

/** The purpose of a token; it is invalid for any other. */
export type TokenPurpose = "confirm" | "unsubscribe" | "feedback";

/** @param key of the library. @returns letters, digits, `-`, `_` and one dot. */
export function signToken(key: string, purpose: TokenPurpose, values: readonly string[]): string {
  const body = Buffer.from(JSON.stringify(values)).toString("base64url");
  return `${body}.${signatureOf(key, purpose, body).toString("base64url")}`;
}

/** @returns what was signed; undefined for anything that was not signed with this key for this purpose. */
export function readToken(key: string, purpose: TokenPurpose, token: string): readonly string[] | undefined {
  const [body = "", signature = "", ...rest] = token.split(".");
  const given = Buffer.from(signature, "base64url");
  const wanted = signatureOf(key, purpose, body);
  if (rest.length > 0 || given.length !== wanted.length || !timingSafeEqual(given, wanted)) return undefined;
  return JSON.parse(Buffer.from(body, "base64url").toString("utf8")) as string[];
}

function signatureOf(key: string, purpose: TokenPurpose, body: string): Buffer {
  return createHmac("sha256", key).update(`${purpose}\n${body}`).digest();
}
