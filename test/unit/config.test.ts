/** Settings that depend on each other, and lists in the environment. */
import { writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readConfig } from "../../src/config.ts";
import { toAppError } from "../../src/core/errors.ts";
import { temporaryFolder } from "../integration/command-line.ts";

it("the external address has the server's port, unless another one is given", () => {
  const addressOf = (environment: Record<string, string>) => readConfig({}, environment).publicUrl;
  expect(addressOf({})).toBe("http://127.0.0.1:7460");
  expect(addressOf({ PAPERKIN_PORT: "8123" })).toBe("http://127.0.0.1:8123");
  expect(addressOf({ PAPERKIN_PORT: "8123", PAPERKIN_PUBLIC_URL: "https://papers.example/" })).toBe("https://papers.example");
  expect(addressOf({ PAPERKIN_PORT: "0" })).toBe("http://127.0.0.1:7460");
  // A container listens on a different port from the published one.
  expect(addressOf({ PAPERKIN_PORT: "8123", PAPERKIN_PUBLIC_URL: "http://127.0.0.1:7460" })).toBe("http://127.0.0.1:7460");
});

it("the recall target is a sensible share", () => {
  const targetOf = (text: string) => readConfig({}, { PAPERKIN_RECALL_TARGET: text }).recallTarget;
  expect([readConfig({}, {}).recallTarget, targetOf("0.9"), readConfig({ recallTarget: "0.95" }, {}).recallTarget]).toEqual([
    0.98, 0.9, 0.95,
  ]);
  for (const text of ["0.79", "1", "98", "NaN", "all"])
    expect(() => targetOf(text)).toThrow(
      expect.objectContaining({ code: "invalid_config", message: expect.stringContaining("PAPERKIN_RECALL_TARGET") }),
    );
});

it("private webhooks are a list of web addresses", () => {
  const webhooks = (text: string) => readConfig({}, { PAPERKIN_PRIVATE_WEBHOOKS: text }).privateWebhooks;
  expect(webhooks("http://127.0.0.1:8080/hook, http://notes.lan")).toEqual(["http://127.0.0.1:8080/hook", "http://notes.lan"]);
  for (const text of ["127.0.0.1:8080", "file:///etc/passwd", "http://user:pass@127.0.0.1"])
    expect(() => webhooks(text)).toThrow(expect.objectContaining({ code: "invalid_config" }));
});

it.each<[value: unknown, said: string]>([
  ["", "“” is not a number"],
  [" ", "“ ” is not a number"],
  ["abc", "“abc” is not a number"],
  ["0x1f90", "“0x1f90” is not a number"],
  [true, "“true” is not a number"],
  [null, "“null” is not a number"],
  ["74.5", "Invalid input: expected int, received number"],
  ["65536", "65536 is more than 65535"],
  ["-1", "-1 is less than 0"],
])("a port is not accepted by accident: %j", (value, said) => {
  expect(() => readConfig({ port: value }, {})).toThrow(
    expect.objectContaining({ code: "invalid_config", message: `The setting --port is not valid: ${said}.` }),
  );
});

it("an empty text is reported as such", () => {
  expect(() => readConfig({ data: "" }, {})).toThrow(
    expect.objectContaining({ code: "invalid_config", message: "The setting --data is not valid: it is empty." }),
  );
});

it("a port is a number in a flag, a variable and a file", () => {
  expect(readConfig({ port: "7470" }, {}).port).toBe(7470);
  expect(readConfig({ port: 7470 }, {}).port).toBe(7470);
  expect(readConfig({}, { PAPERKIN_PORT: " 7470" }).port).toBe(7470);
  expect(readConfig({}, { PAPERKIN_PORT: "", PAPERKIN_RECALL_TARGET: "0.95" })).toMatchObject({ port: 7460, recallTarget: 0.95 });
});

it("trusted proxies are addresses and networks, each normalised", () => {
  const proxies = (text: string) => readConfig({}, { PAPERKIN_TRUSTED_PROXIES: text }).trustedProxies;
  expect(proxies("10.0.0.5, 10.1.0.0/16,2001:db8::/32")).toEqual(["10.0.0.5", "10.1.0.0/16", "2001:db8::/32"]);
  expect(readConfig({ trustedProxies: "::1" }, {}).trustedProxies).toEqual(["::1"]);
  for (const text of ["proxy.example", "10.0.0", "10.0.0.5/33", "10.0.0.5/", "2001:db8::/129", "0.0.0.0/0", "10.0.0.5:80", "true"])
    expect(() => proxies(`10.0.0.1,${text}`), text).toThrow(
      expect.objectContaining({
        code: "invalid_config",
        message: expect.stringContaining(`PAPERKIN_TRUSTED_PROXIES is not valid: entry 2: “${text}”`),
      }),
    );
});

describe("a misspelt setting is reported with suggestions", () => {
  const folder = temporaryFolder();
  const path = join(folder.path, "settings.json");
  afterAll(() => folder.remove());
  const told = (text: string, environment: Record<string, string> = {}): string => {
    writeFileSync(path, text);
    return toldOf({ config: path }, environment);
  };
  const toldOf = (flags: Record<string, unknown>, environment: Record<string, string> = {}): string => {
    try {
      readConfig(flags, environment);
    } catch (error) {
      return toAppError(error).explanation;
    }
    return "";
  };

  it.each([
    [{ dta: "x" }, "Did you mean data?"],
    [{ api_keys: "x" }, "Did you mean apiKeys?"],
    [{ trendingHalfLife: 7 }, "unknown key: trendingHalfLife. The keys are"],
    // Names that every object has.
    [{ constructor: 1 }, "unknown key: constructor. The keys are"],
    [{ trendingHalfLifeDays: 0 }, "0 is not more than 0"],
    [{ smtp: { hots: "a", from: "a@example.org" } }, "unknown key: hots"],
    [{ smtp: { from: "a@example.org" } }, "host: it is missing"],
    [{ sources: { arxiv: { address: "example.org" } } }, "is not valid: arxiv.address: "],
    [{ schedules: [{ fetch: ["arxiv", 1], at: "0 6 * * *" }] }, "is not valid: entry 1, fetch, entry 2: "],
    [{ sources: { arxiv: { adress: "https://example.org" } } }, "arxiv: unknown key: adress"],
    [{ schedules: [{ fetch: ["arxiv"], att: "0 6 * * *" }] }, "entry 1: unknown key: att"],
    [{ publicSubscriptions: "yes" }, "it is neither true nor false"],
  ])("in the file: %j", (settings, said) => {
    expect(told(JSON.stringify(settings))).toContain(said);
  });

  it.each([
    ["PAPERKIN_LOGLEVEL", "info", "Did you mean PAPERKIN_LOG_LEVEL?"],
    ["PAPERKIN_DAT", "x", "Did you mean PAPERKIN_DATA?"],
    ["PAPERKIN_FOO", "x", "is not known. The known ones are"],
    ["PAPERKIN_SMTP", "{host: 1}", "“{host: 1}” is not a JSON object"],
    ["PAPERKIN_SCHEDULES", "[]]", "“[]]” is not a JSON list"],
  ])("in the environment: %s=%s", (name, value, said) => {
    expect(told("{}", { [name]: value })).toContain(said);
  });

  it("in a file that is not JSON, or does not exist", () => {
    expect(told('{"port":7470,}')).toMatch(/cannot be read: .*JSON.* no trailing commas/);
    expect(toldOf({ config: join(folder.path, "nowhere.json") })).toContain("cannot be read: it does not exist. Check its name (--config");
  });

  it("in keys, which are not shown", () => {
    const said = toldOf({}, { PAPERKIN_API_KEYS: "long-enough-to-be-a-key,too-short" });
    expect(said).toContain("PAPERKIN_API_KEYS is not valid: entry 2: a key has at least 16 characters. ");
    expect(said).not.toContain("too-short");
    expect(said).not.toContain("the default is []");
  });

  it("and a leading byte order mark does not matter", () => {
    expect(told('\ufeff{"port":7470}')).toBe("");
  });
});

it("a folder may begin with ~ that no shell has expanded, and so may the settings file", () => {
  expect(() => readConfig({ config: "~/no-such-settings.json" }, {})).toThrow(join(homedir(), "no-such-settings.json"));
  expect(readConfig({ data: "~/papers", models: "~" }, {})).toMatchObject({ data: join(homedir(), "papers"), models: homedir() });
  expect(readConfig({ data: "./~" }, {}).data).toBe(join(process.cwd(), "~"));
});
