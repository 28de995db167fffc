/** What was typed into a form. */
import type { Context } from "hono";

/** @returns the text of a field, without spaces around it; empty for what is not there, or is a file. */
export async function fieldsOf(c: Context): Promise<(name: string) => string> {
  const body = await c.req.parseBody();
  return (name) => {
    const value = body[name];
    return typeof value === "string" ? value.trim() : "";
  };
}
