/**
 * The generation that this process answers from, with the embedder of its model. A request ends with the generation that it began with
 * (I5). When another one becomes live, in whatever process, its vectors and model are loaded before new requests use it, so that none
 * waits, fails or finds nothing.
 */
import type { Embedder } from "../../core/embedder.ts";
import { AppError } from "../../core/errors.ts";
import type { Generation } from "../../core/generation.ts";
import type { Library } from "../../core/library.ts";
import { OneAtATime } from "../../core/one-at-a-time.ts";
import { preparationVersion } from "../../core/prepare.ts";

interface View {
  readonly library: Library;
  readonly embedder: Embedder;
  /** Undefined until the first generation is there. */
  generation: Generation | undefined;
  /** Requests that answer from it. */
  users: number;
}

/** Opens the embedder of a model, with the number of tokens that it reads of a text. Throws `model_not_found`, `model_damaged`. */
export type OpenEmbedder = (model: string, truncation: number | undefined) => Promise<Embedder>;

export class Serving {
  private current: View;
  /** Views that are still in use, including the current one. */
  private readonly views = new Set<View>();
  private readonly following = new OneAtATime();
  /** Told each time that a view is let go of. */
  private readonly waiting: (() => void)[] = [];

  constructor(
    private readonly library: Library,
    embedder: Embedder,
    private readonly openEmbedder: OpenEmbedder | undefined,
  ) {
    this.current = this.viewOf(embedder, undefined);
  }

  /** The one that new requests use. */
  get embedder(): Embedder {
    return this.current.embedder;
  }

  /** The generation that new requests are answered from; undefined until there is one. */
  get generation(): Generation | undefined {
    return this.current.generation;
  }

  /** Runs one request from beginning to end on one generation, which is the one that `library.liveGeneration` returns to it. */
  async within<T>(work: (library: Library, embedder: Embedder) => Promise<T>): Promise<T> {
    const view = this.current;
    view.users++;
    try {
      view.generation ??= await this.firstGeneration(view.embedder);
      return await work(view.library, view.embedder);
    } finally {
      view.users--;
      if (view.users === 0 && view !== this.current) await this.retire(view);
    }
  }

  /**
   * Takes in what other processes wrote, including a new live generation. Throws whatever opening its model throws; then the old one
   * stays in use.
   */
  async follow(): Promise<void> {
    await this.following.run(() => this.takeIn());
  }

  /** Resolves when no request is answered from a generation any longer. */
  async unused({ id }: Generation): Promise<void> {
    while ([...this.views].some((view) => view.generation?.id === id)) await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  async close(): Promise<void> {
    await this.following.settled();
    await Promise.all([...this.views].map(({ embedder }) => embedder.close()));
  }

  private async takeIn(): Promise<void> {
    await this.library.refresh();
    this.current.generation ??= await this.firstGeneration(this.current.embedder);
    const live = await this.library.liveGeneration();
    if (live === undefined || live.id === this.current.generation?.id) return;
    const embedder = await this.embedderOf(live);
    try {
      await this.library.loadGeneration(live);
    } catch (error) {
      if (embedder !== this.current.embedder) await embedder.close();
      throw error;
    }
    const before = this.current;
    this.current = this.viewOf(embedder, live);
    if (before.users === 0) await this.retire(before);
  }

  private async firstGeneration(embedder: Embedder): Promise<Generation | undefined> {
    const live = await this.library.liveGeneration();
    return live?.model === embedder.model.id && live.truncation === embedder.truncation ? live : undefined;
  }

  /** Ready to embed queries. */
  private async embedderOf(generation: Generation): Promise<Embedder> {
    const { model, dimensions, preparation, truncation } = generation;
    const isSame = this.embedder.model.id === model && this.embedder.truncation === truncation;
    if (preparation !== preparationVersion || (!isSame && this.openEmbedder === undefined)) {
      throw new AppError("model_mismatch", `Generation ${generation.id} of ${model} is live now, and cannot be used here.`, {
        mend: "Restart this program with the version of Paperkin that made the generation.",
      });
    }
    const embedder = isSame || this.openEmbedder === undefined ? this.embedder : await this.openEmbedder(model, truncation);
    try {
      if (embedder.model.dimensions !== dimensions)
        throw new AppError("model_mismatch", `The model ${model} has ${embedder.model.dimensions} dimensions instead of ${dimensions}.`);
      await embedder.ready();
      return embedder;
    } catch (error) {
      if (!isSame) await embedder.close();
      throw error;
    }
  }

  private viewOf(embedder: Embedder, generation: Generation | undefined): View {
    const view: View = { library: pinned(this.library, () => view.generation), embedder, generation, users: 0 };
    this.views.add(view);
    return view;
  }

  /** Lets go of what no other view uses. */
  private async retire(view: View): Promise<void> {
    this.views.delete(view);
    const others = [...this.views];
    const { generation, embedder } = view;
    if (generation !== undefined && !others.some((other) => other.generation?.id === generation.id))
      await this.library.unloadGeneration(generation);
    if (!others.some((other) => other.embedder === embedder)) await embedder.close();
    for (const resolve of this.waiting.splice(0)) resolve();
  }
}

/** A view of the library whose live generation does not change, whatever is made live meanwhile. */
function pinned(library: Library, generation: () => Generation | undefined): Library {
  return new Proxy(library, {
    get(target, name) {
      if (name === "liveGeneration") return async () => generation();
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
