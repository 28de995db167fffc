/** A service on this machine that speaks a protocol, and a client that asks it without waiting. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { AppError } from "../../../src/core/errors.ts";
import type { FetchRequest, FetchSession, LiveSourceName } from "../../../src/core/live-source.ts";
import { liveSourceNames } from "../../../src/core/live-source.ts";
import type { Refusal } from "../../../src/core/source.ts";
import { fetchPapers } from "../../../src/engine/intake/fetch.ts";
import { emptyCounts } from "../../../src/engine/intake/ingest.ts";
import { LiveClient, type LiveClientOptions, type Wait } from "../../../src/sources/live/client.ts";
import type { Clock } from "../../../src/sources/live/pace.ts";
import { liveSources } from "../../../src/sources/live/registry.ts";
import { MemoryLibrary } from "../../../src/storage/memory/memory-library.ts";

export interface Asked {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

export interface Answered {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** Writes the answer itself. */
  readonly raw?: (response: ServerResponse) => void;
}

export type Answering = (asked: Asked, number: number) => Answered;

export class LocalService {
  readonly asked: Asked[] = [];
  /** The most requests that were being answered at once. */
  mostAtOnce = 0;
  private atOnce = 0;

  private constructor(
    private readonly server: Server,
    readonly address: string,
  ) {}

  static async start(answer: Answering): Promise<LocalService> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const service = new LocalService(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    server.on("request", (request, response) => void service.answer(request, response, answer));
    return service;
  }

  private async answer(request: IncomingMessage, response: ServerResponse, answer: Answering): Promise<void> {
    this.atOnce++;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.atOnce);
    response.on("close", () => this.atOnce--);
    let body = "";
    for await (const chunk of request) body += String(chunk);
    const asked = { method: request.method ?? "", url: new URL(request.url ?? "/", this.address), headers: request.headers, body };
    this.asked.push(asked);
    const { status = 200, headers = {}, body: content = "", raw } = answer(asked, this.asked.length);
    if (raw !== undefined) return raw(response);
    response.writeHead(status, headers);
    response.end(content);
  }

  /** Parameters of all requests. */
  get queries(): Record<string, string>[] {
    return this.asked.map(({ url }) => Object.fromEntries(url.searchParams));
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** Time that passes only by sleeping. */
export class TestClock implements Clock {
  readonly slept: number[] = [];
  private time = Date.parse("2026-03-05T12:00:00Z");

  now(): number {
    return this.time;
  }

  random(): number {
    return 0.5;
  }

  async sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
    if (signal?.aborted === true) throw new AppError("cancelled", "The fetch was interrupted.");
    this.slept.push(Math.round(ms));
    this.time += ms;
  }

  passDays(days: number): void {
    this.time += days * 86_400_000;
  }
}

export function sourceNamed(name: LiveSourceName) {
  const source = liveSources[liveSourceNames.indexOf(name)];
  if (source === undefined) throw new TypeError(`no source ${name}`);
  return source;
}

/** One source against one service, with a library in memory between runs. */
export class Bench {
  readonly clock = new TestClock();
  readonly library = new MemoryLibrary();
  readonly waits: Wait[] = [];
  private readonly client: LiveClient;

  constructor(
    private readonly name: LiveSourceName,
    address: string | undefined,
    options: Partial<LiveClientOptions> & { key?: string } = {},
  ) {
    const { key, ...rest } = options;
    const settings = { address, key, gapMs: 0, retryMs: 100 };
    this.client = new LiveClient({ version: "0.0.0", settings: { [name]: settings }, clock: this.clock, ...rest });
  }

  session(signal?: AbortSignal): FetchSession {
    return this.client.session(sourceNamed(this.name), { signal, onWait: (wait) => this.waits.push(wait) });
  }

  /** One run. @returns its counts, refusals and what ended it. */
  async fetch(request: Partial<FetchRequest> = {}, options: { restart?: boolean } = {}) {
    const counts = emptyCounts();
    const refusals: Refusal[] = [];
    const whole = { words: [], ...request };
    const onRefusal = (refusal: Refusal) => refusals.push(refusal);
    const error = await fetchPapers(this.library, sourceNamed(this.name), whole, this.session(), counts, { ...options, onRefusal }).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    return { counts, refusals, error };
  }

  async titles(): Promise<string[]> {
    return (await this.library.eachPaper(0, 10_000)).map(({ paper }) => paper.title);
  }

  async close(): Promise<void> {
    await this.client.close();
    await this.library.close();
  }
}
