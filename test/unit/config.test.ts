/** Settings that depend on each other, and lists in the environment. */
import { expect, it } from "vitest";
import { readConfig } from "../../src/config.ts";

it("the address from outside has the port of the server, unless another one is named", () => {
  const addressOf = (environment: Record<string, string>) => readConfig({}, environment).publicUrl;
  expect(addressOf({})).toBe("http://127.0.0.1:7460");
  expect(addressOf({ PAPERKIN_PORT: "8123" })).toBe("http://127.0.0.1:8123");
  expect(addressOf({ PAPERKIN_PORT: "8123", PAPERKIN_PUBLIC_URL: "https://papers.example/" })).toBe("https://papers.example");
  expect(addressOf({ PAPERKIN_PORT: "0" })).toBe("http://127.0.0.1:7460");
});

it("the recall target is a share that makes sense", () => {
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
