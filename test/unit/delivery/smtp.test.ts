/** Mail through a real SMTP server: what arrives, and how each failure is classified. */
import { createServer } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import type { MailMessage, SendOutcome } from "../../../src/core/transport.ts";
import { type SmtpSettings, SmtpTransport } from "../../../src/delivery/smtp.ts";
import { type SmtpFault, SmtpService } from "./smtp-service.ts";

const message: MailMessage = {
  to: "ada@example.org",
  messageId: "<2026-03-02.abc@papers.example>",
  subject: "Your picks: Kettles — and 2 more",
  text: "Kettles sing.\n.\nA line that begins with a dot.\n",
  html: "<p>Kettles <b>sing</b>.</p>",
  unsubscribeUrl: `https://papers.example/unsubscribe/${"x".repeat(120)}`,
};
let service: SmtpService | undefined;
afterEach(() => service?.close());

const settings = (port: number, changes: Partial<SmtpSettings> = {}): SmtpSettings => ({
  host: "127.0.0.1",
  port,
  from: "Paperkin <papers@example.org>",
  tls: "none",
  ...changes,
});

/** @returns the outcome, and whether the message had begun to leave. */
async function send(port: number, changes: Partial<SmtpSettings> = {}, silenceMs = 5_000): Promise<[SendOutcome, boolean]> {
  let hasBegun = false;
  const transport = new SmtpTransport(settings(port, changes), { connectMs: 5_000, silenceMs });
  const outcome = await transport.send(message, async () => {
    hasBegun = true;
  });
  return [outcome, hasBegun];
}

describe("a mail", () => {
  it("arrives as intended, with one-click unsubscription", async () => {
    service = await SmtpService.start();
    expect(await send(service.port)).toEqual([{ outcome: "accepted" }, true]);
    const [mail] = service.mails;
    expect(mail).toMatchObject({ subject: message.subject, messageId: message.messageId, text: message.text, html: message.html });
    expect(mail?.from?.text).toBe('"Paperkin" <papers@example.org>');
    const headers = new Map(mail?.headerLines.map(({ key, line }) => [key, line.replace(/\r\n\s+/g, " ")]));
    expect(headers.get("list-unsubscribe")).toBe(`List-Unsubscribe: <${message.unsubscribeUrl}>`);
    expect(headers.get("list-unsubscribe-post")).toBe("List-Unsubscribe-Post: List-Unsubscribe=One-Click");
    expect(headers.get("auto-submitted")).toBe("Auto-Submitted: auto-generated");
  });

  it("is sent with a sign-in if the server requires one", async () => {
    service = await SmtpService.start({
      authOptional: false,
      allowInsecureAuth: true,
      onAuth: ({ username, password }, _session, done) =>
        username === "papers" && password === "secret" ? done(null, { user: "papers" }) : done(new Error("no")),
    });
    expect((await send(service.port, { user: "papers", password: "secret" }))[0]).toEqual({ outcome: "accepted" });
    expect(await send(service.port, { user: "papers", password: "wrong" })).toMatchObject([
      { outcome: "refused", permanent: false },
      false,
    ]);
    expect(service.mails).toHaveLength(1);
  });

  it.each(["starttls", "implicit"] as const)("is never sent unencrypted if TLS is required (%s)", async (tls) => {
    service = await SmtpService.start();
    expect(await send(service.port, { tls })).toMatchObject([{ outcome: "refused", permanent: false }, false]);
    expect(service.mails).toEqual([]);
  });

  it("is never sent to a server with an untrusted certificate", async () => {
    service = await SmtpService.start({ disabledCommands: [] });
    expect(await send(service.port, { tls: "starttls" })).toMatchObject([{ outcome: "refused" }, false]);
    expect(service.mails).toEqual([]);
  });
});

describe("failures", () => {
  const refused = (permanent: boolean) => ({ outcome: "refused", permanent }) as const;
  const cases: readonly [SmtpFault, Partial<SendOutcome>, boolean, number][] = [
    [{ at: "connect", code: 421 }, refused(false), false, 0],
    [{ at: "connect", code: 554 }, refused(false), false, 0],
    [{ at: "recipient", code: 450 }, refused(false), false, 0],
    [{ at: "recipient", code: 550 }, refused(true), false, 0],
    [{ at: "recipient", drop: true }, refused(false), false, 0],
    [{ at: "end", code: 451 }, refused(false), true, 0],
    [{ at: "end", code: 552 }, refused(true), true, 0],
    [{ at: "data", drop: true }, { outcome: "unknown" }, true, 0],
    [{ at: "taken", drop: true }, { outcome: "unknown" }, true, 1],
  ];
  it.each(cases)("%j", async (fault, outcome, hasBegun, taken) => {
    service = await SmtpService.start();
    service.faults.push(fault);
    expect(await send(service.port)).toMatchObject([outcome, hasBegun]);
    expect(service.mails).toHaveLength(taken);
  });

  it("a server that does not exist, or says nothing, has accepted nothing", async () => {
    const silent = createServer();
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const address = silent.address();
    const port = typeof address === "object" ? (address?.port ?? 0) : 0;
    const quick = new SmtpTransport(settings(port), { connectMs: 50, silenceMs: 50 });
    expect(await quick.send(message, () => Promise.reject(new Error("it never comes so far")))).toMatchObject(refused(false));
    await new Promise((resolve) => silent.close(resolve));
    expect(await send(port)).toMatchObject([refused(false), false]);
  });

  it("a server that receives a message and never replies leaves its state unknown", async () => {
    service = await SmtpService.start({ onData: (stream) => void stream.resume() });
    expect(await send(service.port, {}, 500)).toMatchObject([{ outcome: "unknown" }, true]);
  });

  it("no part of a message is sent before this has been recorded", async () => {
    service = await SmtpService.start();
    const outcome = await new SmtpTransport(settings(service.port)).send(message, () => Promise.reject(new Error("the disk is full")));
    expect(outcome).toEqual({ outcome: "refused", permanent: false, reason: "the disk is full" });
    expect(service.mails).toEqual([]);
  });
});
