/** Work that must not overlap. */
export class OneAtATime {
  private last: Promise<unknown> = Promise.resolve();

  /** Starts when all earlier work has ended, however it ended. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    const own = this.last.then(work);
    // Its error is thrown to whoever asked for it, and keeps nothing else from starting.
    this.last = own.catch(() => undefined);
    return await own;
  }

  /** Resolves when all work that was asked for so far has ended. */
  async settled(): Promise<void> {
    await this.last;
  }
}
