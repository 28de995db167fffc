/** The configurations that an evaluation compares: named sets of search options. */
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { AppError } from "../../core/errors.ts";
import { fusions, searchModes } from "../search/rank.ts";
import type { EvalMode } from "./measures.ts";

/** Names appear in tables, run files and file names. */
export const configurationName = /^[\p{L}\p{N}][\p{L}\p{N}._+-]{0,59}$/u;

const notWeight = "is a number from 0 to 1";
const weight = z.number(notWeight).min(0, notWeight).max(1, notWeight);

const configurationSchema = z.strictObject({
  name: z.string().regex(configurationName, "is a word of up to 60 letters, digits, dots, dashes, underscores and plus signs"),
  mode: z.enum(searchModes).default("hybrid"),
  fusion: z.enum(fusions).optional(),
  /** The weight of meaning in a convex fusion. */
  alpha: weight.optional(),
  /** Whether the best papers move the query. */
  feedback: z.boolean().optional(),
  /** As in a search; a query for related papers has no such options. */
  diversity: weight.optional(),
  collapse: z.boolean().optional(),
  /** Whether the reranker reads the first papers; only if specified, whatever the default of searches. */
  rerank: z.boolean().optional(),
});

type Parsed = z.output<typeof configurationSchema>;
/** Only what is said is there. */
export type EvalConfiguration = { readonly [Key in keyof Parsed]: Exclude<Parsed[Key], undefined> };

/** The options that a configuration may set. */
export const configurationKeys = Object.keys(configurationSchema.shape).filter((key) => key !== "name");

const mostConfigurations = 20;

/** A mode of `--modes` as a configuration of its name. */
export function configurationOfMode(mode: EvalMode): EvalConfiguration {
  return (mode === "rrf" ? { name: mode, mode: "hybrid", fusion: "rrf" } : { name: mode, mode }) as EvalConfiguration;
}

/** Reads `name=key:value,key:value`; a name alone is the default search. Throws `invalid_request`. */
export function parseConfiguration(text: string): EvalConfiguration {
  const [name = "", ...rest] = text.split("=");
  const options = rest.join("=").split(",");
  const entries = options.flatMap((option): [string, unknown][] => {
    const [key = "", ...values] = option.split(":");
    return option.trim() === "" ? [] : [[key.trim(), readValue(values.join(":").trim())]];
  });
  return check({ ...Object.fromEntries(entries), name: name.trim() }, `The configuration “${text.slice(0, 200)}”`);
}

/** Reads a list of objects with a name and options. Throws `file_unreadable`, `invalid_request`. */
export async function readConfigurations(path: string): Promise<EvalConfiguration[]> {
  let list: unknown;
  try {
    list = JSON.parse(await readFile(path, "utf8"));
  } catch (cause) {
    throw new AppError("file_unreadable", `The file ${path} cannot be read as JSON.`, {
      mend: 'Write a list such as [{"name": "more-meaning", "alpha": 0.6}, …]',
      cause,
    });
  }
  if (!Array.isArray(list)) {
    throw new AppError("invalid_request", `${path} does not contain a list of configurations.`, {
      mend: 'Write a list such as [{"name": "more-meaning", "alpha": 0.6}, …]',
    });
  }
  return list.map((one, at) => check(one, `Configuration ${at + 1} of ${path}`));
}

/** Throws `invalid_request` if two have the same name, or if there are too many. */
export function checkConfigurations(all: readonly EvalConfiguration[]): readonly EvalConfiguration[] {
  const twice = all.find(({ name }, at) => all.findIndex((one) => one.name === name) !== at);
  if (twice !== undefined) throw new AppError("invalid_request", `Two configurations are called “${twice.name}”.`);
  if (all.length > mostConfigurations) {
    throw new AppError("invalid_request", `There are ${all.length} configurations; at most ${mostConfigurations} can be compared.`);
  }
  return all;
}

function readValue(text: string): unknown {
  if (text === "true" || text === "on") return true;
  if (text === "false" || text === "off") return false;
  return text !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
}

function check(value: unknown, what: string): EvalConfiguration {
  const result = configurationSchema.safeParse(value);
  if (result.success) return Object.fromEntries(Object.entries(result.data).filter(([, one]) => one !== undefined)) as EvalConfiguration;
  const [issue] = result.error.issues;
  throw new AppError("invalid_request", `${what}: ${[...(issue?.path ?? []), issue?.message].join(" ")}.`, {
    mend: `Write it as name=key:value,…; the keys are ${configurationKeys.join(", ")}.`,
  });
}
