/** Forms that do something once, however often a browser sends them: clicked twice, reloaded, or gone back to. */
import { createHash, randomUUID } from "node:crypto";

/** What was made is told again to this many forms, the latest ones. */
const mostKept = 1_000;

/** What a form carries in its field `once`: every showing of it has its own. */
export function newOnce(): string {
  return randomUUID();
}

/** In the memory of one process: a form that is sent again after a restart is a new one. */
export class OnceOnly<T> {
  /** By the hash of what was asked, which may be as long as a form. */
  private readonly made = new Map<string, Promise<T>>();

  /**
   * What was made of this form before; made now where nothing was. What failed was not made.
   * @param once as the form carries it; empty for one that carries none, which is made each time.
   * @param asked who asks, and for what: a form that was changed since is another one.
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
    if (this.made.size > mostKept && oldest !== undefined) this.made.delete(oldest);
    try {
      return await making;
    } catch (thrown) {
      this.made.delete(key);
      throw thrown;
    }
  }
}
