import { AppError } from "../core/errors.js";
import { normalizeText } from "../core/text.js";
import { considered, goodHits } from "./good-hits.js";
import { search } from "./search.js";
/** Throws `invalid_request`, `topic_exists`. */
export async function addTopic(library, name, description) {
    const topic = {
        slug: slugOf(name),
        name: normalizeText(name),
        description: normalizeText(description),
    };
    if (topic.slug === "")
        throw new AppError("invalid_request", "A topic needs a name with at least one letter or digit.");
    if (topic.description === "")
        throw new AppError("invalid_request", `The topic “${topic.name}” needs a description: what belongs to it, in words.`);
    await library.addTopic(topic);
    return topic;
}
/** Throws `topic_not_found`. */
export async function removeTopic(library, slug) {
    if (!(await library.removeTopic(slug)))
        throw topicNotFound(slug);
}
/** Throws `topic_not_found`. */
export async function getTopic(library, slug) {
    const topic = (await library.topics()).find((one) => one.slug === slug);
    if (topic === undefined)
        throw topicNotFound(slug);
    return topic;
}
/** The good papers of a topic, newest first or best first. Throws `topic_not_found`. */
export async function topicPapers(library, embedder, slug, options = {}, signal) {
    const { sort = "newest", limit = 20 } = options;
    const topic = await getTopic(library, slug);
    // A description is prose, not a query with operators.
    const query = `${topic.name}. ${topic.description}`;
    const { hits } = await search(library, embedder, { query, plain: true, limit: considered, filters: { withdrawn: false } }, signal);
    return { topic, hits: goodHits(hits, sort).slice(0, limit) };
}
/** `Language models` → `language-models`. */
function slugOf(name) {
    return name
        .normalize("NFKD")
        .replace(/\p{M}+/gu, "")
        .toLowerCase()
        .replace(/[^\p{L}\p{N}]+/gu, "-")
        .replace(/^-+|-+$/g, "")
        .slice(0, 80);
}
function topicNotFound(slug) {
    return new AppError("topic_not_found", `There is no topic “${slug}”.`, {
        mend: "`paperkin topics list` shows those that there are, and so does the page /topics.",
    });
}
//# sourceMappingURL=topics.js.map