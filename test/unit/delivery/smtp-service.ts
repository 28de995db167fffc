/** A real SMTP server on this machine that fails where a test wants it to, and keeps what it has accepted. */
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { type ParsedMail, simpleParser } from "mailparser";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";

/** How a server treats one mail: a three-digit reply at a step, or ending the connection there. */
export type SmtpFault =
  | { readonly at: "connect" | "recipient" | "end"; readonly code: number }
  | { readonly at: "recipient" | "data" | "taken"; readonly drop: true };

export class SmtpService {
  /** In the order of acceptance. */
  readonly mails: ParsedMail[] = [];
  /** One for each connection, in order; undefined or none for what goes well. */
  readonly faults: (SmtpFault | undefined)[] = [];
  connections = 0;
  private readonly server: SMTPServer;
  private fault: SmtpFault | undefined;

  private constructor(options: SMTPServerOptions) {
    this.server = new SMTPServer({
      logger: false,
      authOptional: true,
      disableReverseLookup: true,
      disabledCommands: ["STARTTLS"],
      onConnect: (_session, done) => {
        this.connections++;
        this.fault = this.faults.shift();
        done(this.errorAt("connect"));
      },
      onRcptTo: (_address, _session, done) => {
        if (this.dropsAt("recipient")) this.dropAll();
        else done(this.errorAt("recipient"));
      },
      onData: (stream, _session, done) => {
        if (this.dropsAt("data")) {
          stream.on("error", () => undefined).once("data", () => this.dropAll());
          return;
        }
        simpleParser(stream).then(
          (mail) => {
            const error = this.errorAt("end");
            if (error === null) this.mails.push(mail);
            if (this.dropsAt("taken")) this.dropAll();
            else done(error);
          },
          // The sender left before the end: nothing was accepted.
          () => undefined,
        );
      },
      ...options,
    });
    this.server.on("error", () => undefined);
  }

  static async start(options: SMTPServerOptions = {}): Promise<SmtpService> {
    const service = new SmtpService(options);
    service.server.listen(0, "127.0.0.1");
    await once(service.server.server, "listening");
    return service;
  }

  get port(): number {
    return (this.server.server.address() as AddressInfo).port;
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private errorAt(step: "connect" | "recipient" | "end"): Error | null {
    const { fault } = this;
    if (fault === undefined || fault.at !== step || !("code" in fault)) return null;
    return Object.assign(new Error("not now"), { responseCode: fault.code });
  }

  private dropsAt(step: SmtpFault["at"]): boolean {
    return this.fault?.at === step && "drop" in this.fault;
  }

  private dropAll(): void {
    for (const connection of this.server.connections) connection._socket?.destroy();
  }
}
