/** Forms that take effect once, however often a browser sends them: by clicking twice, reloading, or going back. */
import { createHash, randomUUID } from "node:crypto";

const usuallyKept = 1_000;

/** The value of a form's field `once`; it is new each time the form is shown. */
export function newOnce(): string {
  return randomUUID();
}

/**
 * Remembers results in the memory of one process: a form that is sent again after a restart counts as new. Rejected: redirecting to a page
 * with the result, which would have to store the secret somewhere.
 */
export class OnceOnly<T> {
  /** By the hash of the request, because that may be as long as a form. */
  private readonly made = new Map<string, Promise<T>>();

  /** @param mostKept the number of forms whose results are remembered; the oldest are forgotten first. */
  constructor(private readonly mostKept = usuallyKept) {}

  /**
   * The result of an earlier submission of this form, or of `make` if there was none. Failures are not remembered.
   * @param once the value from the form; empty for a form without one, which takes effect each time.
   * @param asked who sends the form, and its content: a form that was changed since counts as another one.
   */
  async of(once: string, asked: readonly unknown[], make: () => Promise<T>): Promise<T> {
    if (once === "") return await make();
    const key = createHash("sha256")
      .update(JSON.stringify([once, asked]))
      .digest("base64");
    const before = this.made.get(key);
    if (before !== undefined) return await before;
    const making = make();
    this.made.set(key, making);
    const [oldest] = this.made.keys();
    if (this.made.size > this.mostKept && oldest !== undefined) this.made.delete(oldest);
    try {
      return await making;
    } catch (thrown) {
      this.made.delete(key);
      throw thrown;
    }
  }
}
