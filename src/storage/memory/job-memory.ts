/** Jobs in a Map. */
import { isFinished, type Job, type JobStore, keptJobs } from "../../core/job.ts";

export class MemoryJobStore implements JobStore {
  private readonly jobs = new Map<string, Job>();

  async put(job: Job): Promise<void> {
    this.jobs.set(job.id, structuredClone(job));
    for (const old of (await this.all()).slice(keptJobs)) if (isFinished(old)) this.jobs.delete(old.id);
  }

  async get(id: string): Promise<Job | undefined> {
    return structuredClone(this.jobs.get(id));
  }

  /** Latest first; of the same moment, the one added last comes first. */
  async all(): Promise<Job[]> {
    return structuredClone([...this.jobs.values()].reverse().sort((a, b) => (a.created < b.created ? 1 : a.created > b.created ? -1 : 0)));
  }
}
