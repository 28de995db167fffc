/**
 * The schedules of the settings, for a server: each fetches with a log instead of a progress bar. If several servers on one library have
 * the same schedule, the first holds its lease until it ends; then another one takes over.
 */
import { createHash } from "node:crypto";
import { openLiveClient } from "../app-sources.ts";
import type { Config } from "../config.ts";
import type { AppError } from "../core/errors.ts";
import type { Engine } from "../engine/engine.ts";
import { emptyCounts } from "../engine/intake/ingest.ts";
import { type ScheduledWork, Schedules } from "../engine/upkeep/schedules.ts";
import { readScheduled } from "./fetch-request.ts";

/** The log for work that a server does by itself. */
export interface ServerLog {
  info(entry: object, message: string): void;
  error(entry: object, message: string): void;
}

/** Stores an error for `status` and the administrators' page. */
export function noteFault(engine: Engine, log: ServerLog, work: string, error: AppError): void {
  engine.recordFault(work, error).catch((err: unknown) => log.error({ err }, "an error could not be stored"));
}

/** Throws `invalid_config`. @returns a function that starts the schedules and returns how to stop them. */
export function readSchedules(config: Config): (engine: Engine, log: ServerLog) => () => Promise<void> {
  const client = openLiveClient(config);
  const read = config.schedules.map(({ fetch, at }) => ({ name: fetch.join(" "), at, ...readScheduled(fetch) }));
  for (const { name, at } of read) Schedules.check(name, at);
  return (engine, log) => {
    const held = new Map<string, () => Promise<void>>();
    const works = read.map(({ name, at, source, request }): ScheduledWork => {
      // Addresses may contain keys, and the names of leases are shown.
      const claim = `schedule ${source.name} ${createHash("sha256").update(`${name} at ${at}`).digest("hex").slice(0, 8)}`;
      const run = async (signal: AbortSignal) => {
        const release = held.get(claim) ?? (await engine.library.claim(claim));
        if (release === undefined) {
          const holder = (await engine.library.claimedWork()).find(({ work }) => work === claim);
          log.info({ fetch: name, holder: holder?.pid }, "a scheduled fetch is left to the other server that holds its lease");
          return;
        }
        held.set(claim, release);
        log.info({ fetch: name }, "a scheduled fetch begins");
        const session = client.session(source, { signal });
        const counts = await engine.fetch(source, request, session, emptyCounts(), {
          signal,
          onRefusal: ({ place, reason }) => log.info({ fetch: name, place, reason }, "a record was refused"),
        });
        log.info({ fetch: name, ...counts }, "a scheduled fetch is done");
      };
      return { name, at, run };
    });
    const onError = ({ name }: ScheduledWork, error: AppError) => {
      log.error(
        { fetch: name, code: error.code, err: error },
        `a scheduled fetch failed, and is tried at its next time: ${error.explanation}`,
      );
      noteFault(engine, log, `fetch ${name}`, error);
    };
    const running = new Schedules(works, onError);
    return async () => {
      await running.stop();
      await client.close();
      for (const release of held.values()) await release();
    };
  };
}
