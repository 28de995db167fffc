/**
 * The one reader of the environment. Precedence: flags, environment, file, defaults. An invalid value or an unknown key ends the program
 * with exit code 2, naming the key.
 */
import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { availableParallelism, homedir } from "node:os";
import { join, resolve } from "node:path";
import { z } from "zod";
import { projectRoot } from "./compiled.ts";
import { modelIdSchema } from "./core/embedder.ts";
import { AppError, whyUnopened } from "./core/errors.ts";
import { liveSourceNames } from "./core/live-source.ts";
import { defaultHalfLifeDays } from "./core/ranking/trending.ts";
import { editDistance } from "./core/spelling.ts";

/** The model of a new library, unless another is named. */
export const defaultModel = "Xenova/all-MiniLM-L6-v2";

const logLevels = ["silent", "error", "warn", "info", "debug"] as const;

const webAddressSchema = z.url({ protocol: /^https?$/, error: "an address begins with https:// or http://" }).refine((address) => {
  // Invalid addresses have their own message.
  if (!URL.canParse(address)) return true;
  const { username, password } = new URL(address);
  return username === "" && password === "";
}, "an address must not contain a user or a password");

/** Examples: `192.0.2.7`, `10.0.0.0/8`, `2001:db8::/32`. */
function isNetwork(text: string): boolean {
  const [, address = "", bits] = /^([\da-f.:]+)(?:\/(\d{1,3}))?$/i.exec(text) ?? [];
  const version = isIP(address);
  // A network of 0 bits would trust everybody, and clients could no longer be told apart.
  return version !== 0 && (bits === undefined || (Number(bits) >= 1 && Number(bits) <= (version === 4 ? 32 : 128)));
}

const networkSchema = z.string().refine(isNetwork, {
  error: ({ input }) => `“${String(input).slice(0, 60)}” is not an address, nor a network such as 10.0.0.0/8 or 2001:db8::/32`,
});

function splitList(value: unknown): unknown {
  if (typeof value !== "string") return value;
  const parts = value.split(",").map((part) => part.trim());
  return parts.filter((part) => part !== "");
}

/** A numeric setting. Text must be written as a number: coercion would turn an empty variable into 0. */
function numeric<T extends z.ZodType>(schema: T) {
  return z.preprocess((value) => (typeof value === "string" && /^\s*-?\d+(?:\.\d+)?\s*$/.test(value) ? Number(value) : value), schema);
}

/** Replaces zod's message for a value that is not a number; its messages for numbers out of range or with decimals are clear. */
function notNumeric({ code, input }: { code?: string; input?: unknown }): string | undefined {
  return code === "invalid_type" && typeof input !== "number" ? `“${String(input).slice(0, 40)}” is not a number` : undefined;
}

const someText = z.string({ error: "it is not text" }).min(1, "it is empty");

/** Structured settings are JSON in the environment too. */
function json<T extends z.ZodType>(schema: T) {
  return z.preprocess((value) => (typeof value === "string" ? parseJson(value) : value), schema);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** All settings, each with its description, schema and default. */
export const settings = {
  data: {
    text: "The library's folder",
    schema: someText,
    default: join(projectRoot, "index"),
  },
  host: {
    text: "The address that the server listens on; anything but loopback needs API keys",
    schema: someText,
    default: "127.0.0.1",
  },
  port: {
    text: "The port that the server listens on",
    schema: numeric(z.int({ error: notNumeric }).min(0).max(65_535)),
    default: 7460,
  },
  trustedProxies: {
    text: "Proxies on other machines whose `X-Forwarded-For` header is trusted: addresses and networks such as `10.0.0.0/8`, separated by commas",
    schema: z.preprocess(splitList, z.array(networkSchema)),
    default: [],
  },
  apiKeys: {
    text: "Keys that requests must carry, separated by commas; at least 16 characters each",
    schema: z.preprocess(splitList, z.array(z.string().min(16, "a key has at least 16 characters"))),
    default: [],
  },
  model: {
    text: "The embedding model; by default, the one that the library was embedded with",
    schema: modelIdSchema.optional(),
    default: undefined,
  },
  models: {
    text: "The folder that holds the models",
    schema: someText,
    default: join(projectRoot, "models"),
  },
  reranker: {
    text: "The cross-encoder that reads the first 50 papers of a search together with the query; none by default",
    schema: modelIdSchema.optional(),
    default: undefined,
  },
  rerankerBudgetMs: {
    text: "How long the reranker may take for one answer, in milliseconds; papers that it does not reach keep their order",
    schema: numeric(z.int({ error: notNumeric }).min(1).max(60_000)),
    default: 500,
  },
  workers: {
    text: "The number of embedding processes",
    schema: numeric(z.int({ error: notNumeric }).min(1).max(256)),
    default: availableParallelism(),
  },
  trendingHalfLifeDays: {
    text: "The number of days after which a vote counts half when papers are sorted by what is trending",
    schema: numeric(z.number({ error: notNumeric }).positive().max(3650)),
    default: defaultHalfLifeDays,
  },
  recallTarget: {
    text: "The share of the ten nearest papers that a search by meaning should find, 0.8 to 0.999; a higher share is slower",
    schema: numeric(z.number({ error: notNumeric }).min(0.8).max(0.999)),
    default: 0.98,
  },
  hub: {
    text: "Where `models pull` downloads models from",
    schema: z.url(),
    default: "https://huggingface.co",
  },
  sources: {
    text: "Options for the sources of `paperkin fetch`, by name: `address` instead of the usual one, `key`, `gapMs` between requests, `retryMs`",
    schema: json(
      z.partialRecord(
        z.enum(liveSourceNames),
        z.strictObject({
          address: webAddressSchema.optional(),
          key: z.string().min(1).optional(),
          gapMs: z.number().int().min(0).optional(),
          retryMs: z.number().int().min(0).optional(),
        }),
      ),
    ),
    default: {},
  },
  schedules: {
    text: "What the server fetches and when: a list of entries with `fetch`, the words of the command, and `at`, a cron pattern in local time",
    schema: json(z.array(z.strictObject({ fetch: z.array(z.string()).min(1), at: z.string().min(1) }))),
    default: [],
  },
  publicUrl: {
    text: "The server's address as seen from outside, for links in mails and feeds",
    schema: webAddressSchema.transform((address) => address.replace(/\/+$/, "")),
    default: "http://127.0.0.1:7460",
  },
  smtp: {
    text: "How mail is sent: `host` and `from`, and if needed `port`, `user`, `password` and `tls`, which is `starttls` (the default), `implicit` or `none`",
    schema: json(
      z
        .strictObject({
          host: z.string().min(1),
          port: z.number().int().min(1).max(65_535).optional(),
          user: z.string().min(1).optional(),
          password: z.string().min(1).optional(),
          from: z.string().regex(/^[^\r\n]*[^\s@<>]+@[^\s@<>]+>?$/, "from is name@example.org, or Name <name@example.org>"),
          tls: z.enum(["starttls", "implicit", "none"]).default("starttls"),
        })
        .refine(({ user, password }) => (user === undefined) === (password === undefined), "user and password go together")
        .optional(),
    ),
    default: undefined,
  },
  privateWebhooks: {
    text: "Addresses on this machine or on a private network that webhooks may be sent to, including everything below them, separated by commas",
    schema: z.preprocess(splitList, z.array(webAddressSchema)),
    default: [],
  },
  publicSubscriptions: {
    text: "Whether anybody may subscribe by mail to what is trending, without a key: `true` or `false`",
    schema: json(z.boolean()),
    default: false,
  },
  logLevel: {
    text: "How much the server logs: `silent`, `error`, `warn`, `info` or `debug`",
    schema: z.enum(logLevels),
    default: "info",
  },
} as const;

export type SettingName = keyof typeof settings;
export type Config = {
  readonly [Name in SettingName]: z.output<(typeof settings)[Name]["schema"]>;
};

/** For example `apiKeys` → `PAPERKIN_API_KEYS`. */
export function environmentName(setting: string): string {
  return `PAPERKIN_${setting.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

/** The variable with the path of the settings file; `--config` sets it too. */
const configFileVariable = "PAPERKIN_CONFIG";

/** @param flags settings from the command line, and `config` for the file. Throws `invalid_config`. */
export function readConfig(flags: Readonly<Record<string, unknown>> = {}, environment: NodeJS.ProcessEnv = process.env): Config {
  const path = flags.config ?? environment[configFileVariable];
  const file = typeof path === "string" && path !== "" ? readConfigFile(folderOf(path)) : {};
  checkEnvironment(environment);
  /** The value given for a setting, and where it was given; undefined if it was not. */
  const given = (name: string): [value: unknown, where: string] | undefined => {
    const variable = environmentName(name);
    if (flags[name] !== undefined) return [flags[name], `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`];
    if (environment[variable] !== undefined && environment[variable] !== "") return [environment[variable], variable];
    return file[name] === undefined ? undefined : [file[name], `${name} in ${String(path)}`];
  };
  const values = Object.entries(settings).map(([name, setting]) => {
    const [value, where] = given(name) ?? [setting.default, "the default"];
    const result = setting.schema.safeParse(value, { error: faultOf });
    if (!result.success) {
      const { issues } = result.error;
      // A misspelt key also makes the intended one missing, so unknown keys are reported first.
      const { path: place = [], message = "wrong value" } = issues.find(({ code }) => code === "unrecognized_keys") ?? issues[0] ?? {};
      const inside = place.length === 0 ? "" : `${placeName(place)}: `;
      throw new AppError("invalid_config", `The setting ${where} is not valid: ${inside}${message}.`, {
        mend: `${setting.text}${isNone(setting.default) ? "" : `; the default is ${JSON.stringify(setting.default)}`}.`,
      });
    }
    return [name, result.data];
  });
  const config = Object.fromEntries(values) as Config;
  // Unless it is set, the public address has the server's own port.
  const isOwnPort = given("publicUrl") === undefined && config.port !== 0;
  return {
    ...config,
    publicUrl: isOwnPort ? settings.publicUrl.default.replace(/\d+$/, String(config.port)) : config.publicUrl,
    data: folderOf(config.data),
    models: folderOf(config.models),
  };
}

/**
 * The environment of a command that this program starts: its own, and the settings that affect the command's result and may come from the
 * settings file.
 */
export function childEnvironment({ recallTarget }: Pick<Config, "recallTarget">): NodeJS.ProcessEnv {
  return { ...process.env, [environmentName("recallTarget")]: String(recallTarget) };
}

/**
 * Resolves a path relative to the working directory. `~` is the home folder, even if no shell has expanded it, as in a settings file.
 */
function folderOf(path: string): string {
  return resolve(/^~(?=\/|$)/.test(path) ? join(homeOf(path), path.slice(1)) : path);
}

function homeOf(path: string): string {
  try {
    return homedir();
  } catch (cause) {
    throw new AppError("invalid_config", `The folder ${path} cannot be found: this user has no home folder.`, {
      mend: "Set HOME, or give an absolute path.",
      cause,
    });
  }
}

/** `arxiv.address`; of a list people say which entry, counted from one: `entry 2, at`. */
function placeName(place: readonly PropertyKey[]): string {
  return place
    .map((part) => (typeof part === "number" ? `, entry ${part + 1}, ` : `.${String(part)}`))
    .join("")
    .replace(/, \./g, ", ")
    .replace(/^(?:, |\.)|, $/g, "");
}

function isNone(value: unknown): boolean {
  return value === undefined || (typeof value === "object" && value !== null && Object.keys(value).length === 0);
}

type Issue = Parameters<z.core.$ZodErrorMap>[0];

/** Replaces zod's messages that use the names of its types; undefined if its own message is better. */
function faultOf(issue: Issue): string | undefined {
  if (issue.code === "unrecognized_keys") return `unknown key: ${issue.keys.join(", ")}`;
  if (issue.code === "too_big" && typeof issue.input === "number") return `${issue.input} is more than ${issue.maximum}`;
  if (issue.code === "too_small" && typeof issue.input === "number")
    return `${issue.input} is ${issue.inclusive === false ? "not more" : "less"} than ${issue.minimum}`;
  if (issue.code !== "invalid_type") return undefined;
  if (issue.input === undefined) return "it is missing";
  if (issue.expected === "boolean") return "it is neither true nor false";
  const form = issue.expected === "array" ? "list" : "object";
  return ["array", "object", "record"].includes(issue.expected) && typeof issue.input === "string"
    ? `“${issue.input.slice(0, 40)}” is not a JSON ${form}`
    : undefined;
}

/** `Did you mean …? ` if the name is similar to a known one, ignoring separators and case; otherwise empty. */
function offerOf(unknown: string, known: readonly string[]): string {
  const plain = (name: string) =>
    name
      .replace(/^PAPERKIN_/, "")
      .toLowerCase()
      .replace(/[^a-z]/g, "");
  const most = Math.max(1, Math.min(3, Math.floor(plain(unknown).length / 3)));
  const [nearest] = known
    .map((name) => ({ name, distance: editDistance(plain(unknown), plain(name), most) }))
    .filter(({ distance }) => distance <= most)
    .sort((a, b) => a.distance - b.distance);
  return nearest === undefined ? "" : `Did you mean ${nearest.name}? `;
}

function readConfigFile(path: string): Record<string, unknown> {
  const parsed = parsedFile(path);
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed))
    throw new AppError("invalid_config", `The settings file ${path} is not a JSON object.`);
  const unknown = Object.keys(parsed).find((key) => !Object.hasOwn(settings, key));
  if (unknown !== undefined)
    throw new AppError("invalid_config", `The settings file ${path} has an unknown key: ${unknown}.`, {
      mend: `${offerOf(unknown, Object.keys(settings))}The keys are ${Object.keys(settings).join(", ")}.`,
    });
  return parsed as Record<string, unknown>;
}

function parsedFile(path: string): unknown {
  const unreadable = (why: string, mend: string, cause: unknown) =>
    new AppError("invalid_config", `The settings file ${path} cannot be read: ${why}.`, { mend, cause });
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    throw unreadable(
      whyUnopened(cause),
      "Check its name (--config, or PAPERKIN_CONFIG) and that this user has permission to read it.",
      cause,
    );
  }
  try {
    // Some editors write a byte order mark.
    return JSON.parse(text.replace(/^\ufeff/, ""));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw unreadable(why, "It must be JSON: names and texts in double quotes, no trailing commas, no comments.", cause);
  }
}

/** Without this check, a misspelt variable would silently have no effect. */
function checkEnvironment(environment: NodeJS.ProcessEnv): void {
  const known = new Set([configFileVariable, ...Object.keys(settings).map(environmentName)]);
  const unknown = Object.keys(environment).find((name) => name.startsWith("PAPERKIN_") && !known.has(name));
  if (unknown !== undefined)
    throw new AppError("invalid_config", `The environment variable ${unknown} is not known.`, {
      mend: `${offerOf(unknown, [...known])}The known ones are ${[...known].join(", ")}.`,
    });
}

/** Whether an address is reachable from this machine only. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || host === "[::1]" || /^127(?:\.(?:\d{1,2}|1\d\d|2[0-4]\d|25[0-5])){3}$/.test(host);
}
