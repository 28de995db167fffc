/** Topics: subjects in words that everybody can follow, each a live list of its best papers. */
import type { Embedder } from "../core/embedder.ts";
import { AppError } from "../core/errors.ts";
import type { Library } from "../core/library.ts";
import { normalizeText } from "../core/text.ts";
import type { Topic } from "../core/topic.ts";
import { considered, type GoodSort, goodHits } from "./search/good-hits.ts";
import type { Hit } from "./search/hits.ts";
import { search } from "./search/search.ts";

/** Throws `invalid_request`, `topic_exists`. */
export async function addTopic(library: Library, name: string, description: string): Promise<Topic> {
  const topic = {
    slug: slugOf(name),
    name: normalizeText(name),
    description: normalizeText(description),
  };
  if (topic.slug === "") throw new AppError("invalid_request", "A topic needs a name with at least one letter or digit.");
  if (topic.description === "")
    throw new AppError("invalid_request", `The topic “${topic.name}” needs a description: what belongs to it, in words.`);
  await library.addTopic(topic);
  return topic;
}

/** Throws `topic_not_found`. */
export async function removeTopic(library: Library, slug: string): Promise<void> {
  if (!(await library.removeTopic(slug))) throw topicNotFound(slug);
}

/** Throws `topic_not_found`. */
export async function getTopic(library: Library, slug: string): Promise<Topic> {
  const topic = (await library.topics()).find((one) => one.slug === slug);
  if (topic === undefined) throw topicNotFound(slug);
  return topic;
}

/** The good papers of a topic, newest first or best first. Throws `topic_not_found`. */
export async function topicPapers(
  library: Library,
  embedder: Embedder,
  slug: string,
  options: { sort?: GoodSort; limit?: number } = {},
  signal?: AbortSignal,
): Promise<{ topic: Topic; hits: Hit[] }> {
  const { sort = "newest", limit = 20 } = options;
  const topic = await getTopic(library, slug);
  // A description is prose, not a query with operators.
  const query = `${topic.name}. ${topic.description}`;
  const { hits } = await search(library, embedder, { query, plain: true, limit: considered, filters: { withdrawn: false } }, signal);
  return { topic, hits: goodHits(hits, sort).slice(0, limit) };
}

/** `Language models` → `language-models`. */
function slugOf(name: string): string {
  return name
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 80);
}

function topicNotFound(slug: string): AppError {
  return new AppError("topic_not_found", `There is no topic “${slug}”.`, {
    mend: "`paperkin topics list` and the page /topics show the existing ones.",
  });
}
