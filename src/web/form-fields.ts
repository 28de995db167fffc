/** What was typed into a form. */
import type { Context } from "hono";

/** A note of 10,000 characters of any script, and what goes with it. */
const longestForm = 100 * 1024;

/** All fields of a form that can be sent again as hidden ones: undefined for what is no such form, holds a file, or is too long. */
export async function fieldsOfForm(c: Context): Promise<Record<string, string> | undefined> {
  // A length that is not said is not waited for: whoever asks may be nobody that is known.
  const length = Number(c.req.header("content-length") ?? Number.NaN);
  if (!(c.req.header("content-type") ?? "").startsWith("application/x-www-form-urlencoded") || !(length <= longestForm)) return undefined;
  try {
    const body = await c.req.parseBody();
    return Object.fromEntries(Object.entries(body).filter((field): field is [string, string] => typeof field[1] === "string"));
  } catch {
    return undefined;
  }
}

/** @returns the text of a field, without spaces around it; empty for what is not there, or is a file. */
export async function fieldsOf(c: Context): Promise<(name: string) => string> {
  const body = await c.req.parseBody();
  return (name) => {
    const value = body[name];
    return typeof value === "string" ? value.trim() : "";
  };
}
