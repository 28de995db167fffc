/** Jobs in SQLite. */
import { isFinished, keptJobs } from "../../core/job.js";
export class JobTable {
    db;
    select;
    selectAll;
    replace;
    trim;
    constructor(db) {
        this.db = db;
        this.select = db.prepare("SELECT body FROM jobs WHERE id = ?").pluck();
        this.selectAll = db.prepare("SELECT body FROM jobs ORDER BY created DESC, rowid DESC").pluck();
        this.replace = db.prepare(`INSERT INTO jobs (id, created, finished, body) VALUES (@id, @created, @finished, @body)
       ON CONFLICT (id) DO UPDATE SET finished = excluded.finished, body = excluded.body`);
        this.trim = db.prepare("DELETE FROM jobs WHERE finished = 1 AND id NOT IN (SELECT id FROM jobs ORDER BY created DESC, rowid DESC LIMIT ?)");
    }
    async put(job) {
        this.db
            .transaction(() => {
            this.replace.run({ id: job.id, created: job.created, finished: isFinished(job) ? 1 : 0, body: JSON.stringify(job) });
            this.trim.run(keptJobs);
        })
            .immediate();
    }
    async get(id) {
        const body = this.select.get(id);
        return body === undefined ? undefined : JSON.parse(body);
    }
    async all() {
        return this.selectAll.all().map((body) => JSON.parse(body));
    }
}
//# sourceMappingURL=job-table.js.map