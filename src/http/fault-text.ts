/** What is wrong with a parameter or a field of a body, in words that name no types of the validation library. */
import type { z } from "@hono/zod-openapi";

type Issue = z.core.$ZodIssue;

const forms: Readonly<Record<string, string>> = {
  string: "a string",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
};

/** How the library's own messages begin; any other message was written for its field and stays. */
const ownMessage = /^(?:Invalid (?:input|option|discriminator)|Too (?:small|big)|Unrecognized key)/;

/** To be put after the name of the field and a colon. */
export function faultText(issue: Issue): string {
  if (!ownMessage.test(issue.message)) return issue.message;
  switch (issue.code) {
    case "unrecognized_keys":
      return `there is no field ${issue.keys
        .slice(0, 10)
        .map((key) => `“${key.slice(0, 40)}”`)
        .join(", ")}`;
    case "invalid_value":
      return `it must be ${oneOf(issue.values.map(String))}`;
    case "invalid_type":
      return issue.message.endsWith("received undefined") ? "it is missing" : `it must be ${forms[issue.expected] ?? issue.expected}`;
    case "too_small":
      return extentText(issue.origin, Number(issue.minimum), "fewer", "less");
    case "too_big":
      return extentText(issue.origin, Number(issue.maximum), "more", "more");
    case "invalid_union": {
      const options = "options" in issue && Array.isArray(issue.options) ? issue.options.map(String) : [];
      return options.length === 0 ? "it has none of the forms that are accepted here" : `it must be ${oneOf(options)}`;
    }
    default:
      return issue.message;
  }
}

/** @param than how counts and how amounts are compared with the bound. */
function extentText(origin: string, bound: number, thanCount: string, thanAmount: string): string {
  const unit = origin === "string" ? "character" : origin === "array" ? "entry" : undefined;
  if (unit === undefined) return `it is ${thanAmount} than ${bound}`;
  if (bound === 1 && thanCount === "fewer") return "it is empty";
  const units = unit === "entry" ? "entries" : "characters";
  return `it has ${thanCount} than ${bound} ${bound === 1 ? unit : units}`;
}

function oneOf(values: readonly string[]): string {
  const last = values.at(-1) ?? "";
  return values.length < 2 ? last : `${values.slice(0, -1).join(", ")} or ${last}`;
}
