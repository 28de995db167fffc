/** A real HTTP server on this machine that answers as a test wants it to, and keeps what it received. */
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Posted {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A status, perhaps with headers, perhaps with an endless body; or ending the connection: before the body is read, or after it. */
export type WebhookAnswer =
  | { readonly status: number; readonly headers?: Record<string, string>; readonly isEndless?: boolean }
  | { readonly drop: "early" | "late" }
  | "silence";

export class WebhookService {
  /** Those with a complete body. */
  readonly posts: Posted[] = [];
  /** One for each request, in order; 204 when there are none left. */
  readonly answers: WebhookAnswer[] = [];
  private readonly server: Server;

  private constructor() {
    this.server = createServer((request, response) => {
      const answer = this.answers.shift() ?? { status: 204 };
      if (typeof answer === "object" && "drop" in answer && answer.drop === "early") {
        request.socket.destroy();
        return;
      }
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        this.posts.push({ headers: request.headers, body: Buffer.concat(chunks).toString("utf8") });
        answerWith(response, answer);
      });
    });
  }

  static async start(): Promise<WebhookService> {
    const service = new WebhookService();
    service.server.listen(0, "127.0.0.1");
    await once(service.server, "listening");
    return service;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/hook`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, "close");
  }
}

function answerWith(response: ServerResponse, answer: WebhookAnswer): void {
  if (answer === "silence") return;
  if ("drop" in answer) response.socket?.destroy();
  else if (answer.isEndless === true) response.writeHead(answer.status, answer.headers).write("x");
  else response.writeHead(answer.status, answer.headers).end("x".repeat(10_000));
}
