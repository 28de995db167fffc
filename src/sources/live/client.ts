/** Requests to services: at each service's pace, with retries where they may help, and with an upper limit on the waiting. */
import { AppError } from "../../core/errors.ts";
import type { FetchSession, HttpAnswer, HttpRequest, LiveSource, LiveSourceName, LiveSourceSettings } from "../../core/live-source.ts";
import { excerptOf } from "../../core/source.ts";
import { describeAddress, webAddress } from "./addresses.ts";
import { type Clock, Pace, systemClock } from "./pace.ts";
import { type Incoming, Transport, type TransportLimits, usualLimits } from "./transport.ts";

export interface LiveClientOptions {
  readonly version: string;
  readonly settings: Readonly<Partial<Record<LiveSourceName, LiveSourceSettings>>>;
  /** Further trusted addresses from the settings, for the source `feed`. */
  readonly feeds?: readonly string[];
  readonly limits?: Partial<TransportLimits & RetryLimits>;
  readonly clock?: Clock;
}

interface RetryLimits {
  /** How many times one request is sent at most. */
  readonly attempts: number;
  /** The total time in milliseconds that one request may wait for its retries. */
  readonly waitingMs: number;
}

export interface SessionOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onWait?: (wait: Wait) => void;
}

/** Passed to `onWait` before each wait. */
export interface Wait {
  readonly ms: number;
  /** The end of a sentence, such as `as arXiv asks`. */
  readonly why: string;
  /** Whether this is a wait before a retry. */
  readonly isRetry: boolean;
}

const usualRetries: RetryLimits = { attempts: 5, waitingMs: 300_000 };
const usualRetryMs = 2_000;

/** An attempt that failed and may be repeated. */
interface Failure {
  readonly reason: string;
  /** The delay that the service asks for. */
  readonly waitMs: number | undefined;
  /** The part of the answer that arrived. */
  readonly part: Incoming | undefined;
}

export class LiveClient {
  private readonly clock: Clock;
  private readonly paces = new Map<string, Pace>();
  private readonly transports = new Map<LiveSourceName, Transport>();

  constructor(private readonly options: LiveClientOptions) {
    this.clock = options.clock ?? systemClock;
  }

  /** Throws `invalid_config` if the configured pace is faster than the service allows. */
  session(source: LiveSource, { signal, onWait = () => undefined }: SessionOptions = {}): FetchSession {
    const settings = this.options.settings[source.name] ?? {};
    const { address = source.address, key, retryMs = usualRetryMs } = settings;
    const pace = this.paces.get(source.service) ?? new Pace(this.clock);
    this.paces.set(source.service, pace);
    const turn = { gapMs: gapOf(source, settings), signal };
    const { attempts, waitingMs } = { ...usualRetries, ...this.options.limits };
    const send = async (url: URL, request: HttpRequest): Promise<HttpAnswer> => {
      const place = describeAddress(url);
      let wait = { why: `as ${source.title} asks`, isRetry: false };
      let waitedMs = 0;
      for (let attempt = 1; ; attempt++) {
        const outcome = await pace.run({ ...turn, onWait: (ms) => onWait({ ms, ...wait }) }, async () => {
          const tried = await this.attempt(source, url, request, signal);
          if ("status" in tried) {
            pace.hold(Math.min(1000 * (Number(tried.headers.backoff) || 0), waitingMs));
            return tried;
          }
          const waitMs = tried.waitMs ?? retryMs * 2 ** (attempt - 1) * (0.5 + this.clock.random());
          waitedMs += waitMs;
          if (attempt >= attempts || waitedMs > waitingMs) return { ...tried, tooLong: attempt < attempts };
          pace.hold(waitMs);
          wait = { why: `before asking ${source.title} again (${attempt} of ${attempts}): ${tried.reason}`, isRetry: true };
          return undefined;
        });
        if (outcome === undefined) continue;
        if ("status" in outcome) return { ...outcome, place, fault: undefined };
        const error = unreachable(source, place, outcome, attempt);
        if (outcome.part === undefined) throw error;
        return { ...outcome.part, place, fault: error };
      }
    };
    return {
      address: address.replace(/\/+$/, ""),
      key,
      signal,
      today: () => new Date(this.clock.now()).toISOString().slice(0, 10),
      request: (url, request = {}) => send(webAddress(url.href), request),
    };
  }

  /** Sends a request once. Throws if sending it again would not help. */
  private async attempt(source: LiveSource, url: URL, request: HttpRequest, signal: AbortSignal | undefined): Promise<Incoming | Failure> {
    const transport = this.transportOf(source);
    let answer: Incoming;
    try {
      if (signal?.aborted === true) throw new AppError("cancelled", "The fetch was interrupted.");
      answer = await transport.send(url, {
        headers: {
          "user-agent": `Paperkin/${this.options.version} (self-hosted)`,
          ...(request.body === undefined ? {} : { "content-type": "application/json" }),
          ...request.headers,
        },
        credentials: request.credentials ?? {},
        body: request.body === undefined ? undefined : JSON.stringify(request.body),
        signal,
      });
    } catch (thrown) {
      if (thrown instanceof AppError) throw thrown;
      if (signal?.aborted === true) throw new AppError("cancelled", "The fetch was interrupted.", { cause: thrown });
      return { reason: transport.explain(thrown), waitMs: undefined, part: undefined };
    }
    const { status, headers, cut } = answer;
    if (status === 304 && Object.keys(request.headers ?? {}).some((name) => name.startsWith("if-"))) return answer;
    if (status === 408 || status === 425 || status === 429 || status >= 500)
      return { reason: `it answers ${status}`, waitMs: waitOf(headers, this.clock.now()), part: undefined };
    if (status < 200 || status >= 300) throw refusal(source, url, answer);
    if (cut !== undefined) return { reason: `its answer breaks off (${cut})`, waitMs: undefined, part: answer };
    const fault = await request.check?.(answer.bytes);
    return fault === undefined ? answer : { reason: fault, waitMs: undefined, part: answer };
  }

  private transportOf(source: LiveSource): Transport {
    const known = this.transports.get(source.name);
    if (known !== undefined) return known;
    const { address } = this.options.settings[source.name] ?? {};
    const trusted = [...(address === undefined ? [] : [address]), ...(source.name === "feed" ? (this.options.feeds ?? []) : [])];
    const made = new Transport(
      trusted.map((one) => new URL(one)),
      { ...usualLimits, ...this.options.limits },
    );
    this.transports.set(source.name, made);
    return made;
  }

  async close(): Promise<void> {
    await Promise.all([...this.transports.values()].map((transport) => transport.close()));
  }
}

/** Milliseconds between two requests. Throws `invalid_config` if the setting is below what the service asks for at its own address. */
export function gapOf(source: LiveSource, { address = source.address, key, gapMs }: LiveSourceSettings = {}): number {
  const rule = key === undefined ? source.gapMs : (source.gapWithKeyMs ?? source.gapMs);
  const isTheirs = source.address !== "" && new URL(address).hostname === new URL(source.address).hostname;
  if (gapMs !== undefined && gapMs < rule && isTheirs)
    throw new AppError(
      "invalid_config",
      `The setting sources.${source.name}.gapMs is ${gapMs}, and ${source.title} asks for ${rule} between two requests.`,
      { mend: "Raise it, or name an address of your own." },
    );
  return gapMs ?? rule;
}

/** How long the service asks to wait, in milliseconds: `Retry-After` in seconds or as a date, or the time until a rate limit is reset. */
export function waitOf(headers: Incoming["headers"], now: number): number | undefined {
  const after = headers["retry-after"]?.trim() ?? "";
  if (/^\d+$/.test(after)) return 1000 * Number(after);
  const date = after === "" ? Number.NaN : Date.parse(after);
  if (!Number.isNaN(date)) return Math.max(0, date - now);
  const left = /;\s*r=0\b.*;\s*t=(\d+)/.exec(headers.ratelimit ?? "")?.[1];
  return left === undefined ? undefined : 1000 * Number(left);
}

function unreachable(
  source: LiveSource,
  place: string,
  { reason, waitMs, tooLong }: Failure & { tooLong: boolean },
  attempts: number,
): AppError {
  const times = attempts === 1 ? "once" : `${attempts} times`;
  const asks = tooLong && waitMs !== undefined ? `, and asks to wait ${Math.ceil(waitMs / 1000)} s` : "";
  return new AppError("source_unreachable", `Asking ${source.title} for ${place} failed ${times}: ${reason}${asks}.`, {
    mend: "What came before is stored; run the same command later to go on from there.",
  });
}

function refusal(source: LiveSource, url: URL, { status, bytes }: Incoming): AppError {
  const said = excerptOf(
    Buffer.from(bytes.subarray(0, 2_000))
      .toString("utf8")
      .replace(/<[^<>]*>/g, " "),
  );
  const mend =
    status === 401 || status === 403
      ? `Check sources.${source.name}.key in the settings, and whether what you ask for is open to you.`
      : "Check the words and options of the command.";
  const end = /[.!?…]$/.test(said) ? "" : ".";
  return new AppError(
    "source_refused",
    `To ${describeAddress(url)} ${source.title} answers ${status}${said === "" ? "" : `: ${said}`}${end}`,
    {
      mend,
    },
  );
}
