/** Embeds papers while more of them arrive: reading a file or waiting for a service leaves the cores to the model. */
import type { EmbedOptions } from "./embed-backlog.ts";

/** Embeds the backlog, as {@link embedBacklog} does; undefined if another process is embedding. */
type Embed = (options: EmbedOptions) => Promise<number | undefined>;

/** What fails here is left to whoever embeds the rest afterwards, which tries again and reports it. */
export class EmbeddingBeside {
  private running: Promise<void> | undefined;
  private hasFailed = false;
  /** Of runs that have ended. */
  private embedded = 0;
  private readonly stopped = new AbortController();
  private readonly signal: AbortSignal;

  /** @param onProgress how many were embedded since the start. */
  constructor(
    private readonly embed: Embed,
    signal: AbortSignal,
    private readonly onProgress: (embedded: number) => void,
  ) {
    this.signal = AbortSignal.any([signal, this.stopped.signal]);
  }

  /** Papers have come in. */
  begin(): void {
    if (this.running !== undefined || this.hasFailed) return;
    this.running = this.run().finally(() => {
      this.running = undefined;
    });
  }

  /** Ends as soon as what is in flight is stored. */
  async stop(): Promise<void> {
    this.stopped.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const before = this.embedded;
    const onProgress = (done: number) => {
      this.embedded = before + done;
      this.onProgress(this.embedded);
    };
    try {
      await this.embed({ signal: this.signal, onProgress, onRefused: () => undefined });
    } catch {
      this.hasFailed = true;
    }
  }
}
