/** Jobs in SQLite. */
import { isFinished, type Job, type JobStore, keptJobs } from "../../core/job.ts";
import type { Sqlite } from "./database.ts";

export class JobTable implements JobStore {
  private readonly select;
  private readonly selectAll;
  private readonly replace;
  private readonly trim;

  constructor(private readonly db: Sqlite) {
    this.select = db.prepare<[string], string>("SELECT body FROM jobs WHERE id = ?").pluck();
    this.selectAll = db.prepare<[], string>("SELECT body FROM jobs ORDER BY created DESC, rowid DESC").pluck();
    this.replace = db.prepare(
      `INSERT INTO jobs (id, created, finished, body) VALUES (@id, @created, @finished, @body)
       ON CONFLICT (id) DO UPDATE SET finished = excluded.finished, body = excluded.body`,
    );
    this.trim = db.prepare(
      "DELETE FROM jobs WHERE finished = 1 AND id NOT IN (SELECT id FROM jobs ORDER BY created DESC, rowid DESC LIMIT ?)",
    );
  }

  async put(job: Job): Promise<void> {
    this.db
      .transaction(() => {
        this.replace.run({ id: job.id, created: job.created, finished: isFinished(job) ? 1 : 0, body: JSON.stringify(job) });
        this.trim.run(keptJobs);
      })
      .immediate();
  }

  async get(id: string): Promise<Job | undefined> {
    const body = this.select.get(id);
    return body === undefined ? undefined : (JSON.parse(body) as Job);
  }

  async all(): Promise<Job[]> {
    return this.selectAll.all().map((body) => JSON.parse(body) as Job);
  }
}
