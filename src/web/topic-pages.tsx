/** The topics, and the papers of one. */
import { topicHref } from "../core/page-addresses.ts";
import type { Topic } from "../core/storage.ts";
import type { GoodSort } from "../engine/good-hits.ts";
import type { Hit } from "../engine/hits.ts";
import { HitList } from "./hit-list.tsx";
import { FeedLinks, Page } from "./layout.tsx";

export function TopicsPage({ topics }: { topics: readonly Topic[] }) {
  return (
    <Page title="Topics" active="topics">
      <h1>Topics</h1>
      {topics.length === 0 ? (
        <p>
          There are none yet. Add one with <code>npx paperkin topics add NAME DESCRIPTION</code>.
        </p>
      ) : (
        <ul class="cards">
          {topics.map((topic) => (
            <li>
              <h2>
                <a href={topicHref(topic.slug)}>{topic.name}</a>
              </h2>
              <p>{topic.description}</p>
            </li>
          ))}
        </ul>
      )}
    </Page>
  );
}

export function TopicPage({ topic, hits, sort }: { topic: Topic; hits: readonly Hit[]; sort: GoodSort }) {
  const feed = { title: topic.name, path: `/feeds${topicHref(topic.slug)}` };
  const other = sort === "newest" ? "score" : "newest";
  return (
    <Page title={topic.name} active="topics" feed={feed}>
      <h1>{topic.name}</h1>
      <p class="lead">{topic.description}</p>
      <p class="count">
        {sort === "newest" ? "The good papers of this topic, newest first." : "The papers of this topic, best first."}{" "}
        <a href={`${topicHref(topic.slug)}?sort=${other}`}>{other === "score" ? "Best first" : "Newest first"}</a>
      </p>
      <h2 class="hidden">Papers</h2>
      {hits.length === 0 ? <p>No paper in the library is about this yet.</p> : <HitList hits={hits} />}
      <FeedLinks feed={feed} />
    </Page>
  );
}
