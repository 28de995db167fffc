/** The list of topics, and the papers of one. */
import { interestHref, topicHref } from "../core/page-addresses.ts";
import type { Topic } from "../core/topic.ts";
import type { GoodSort } from "../engine/search/good-hits.ts";
import type { Hit } from "../engine/search/hits.ts";
import { type Misread, NotUnderstood } from "./address.tsx";
import type { FeedbackOfList } from "./feedback-form.tsx";
import { HitList } from "./hit-list.tsx";
import { FeedLinks, Page } from "./layout.tsx";
import { mayLookAfter, mayWrite } from "./viewer.tsx";

/** Creates an interest from a topic with one click. @param interest the id of the person's interest that already follows it. */
export function FollowTopic({ topic: { slug, name }, interest }: { topic: Topic; interest?: string | undefined }) {
  if (interest !== undefined)
    return (
      <p>
        You follow it: <a href={interestHref(interest)}>your interest</a>
      </p>
    );
  if (!mayWrite()) return null;
  return (
    <form method="post" action="/interests">
      <input type="hidden" name="topic" value={slug} />
      <button type="submit">
        Follow<span class="hidden"> {name}</span>
      </button>
    </form>
  );
}

/** Ids of the person's interests, by the topics that they follow. */
export type Followed = ReadonlyMap<string, string>;

export function TopicsPage({ topics, followed }: { topics: readonly Topic[]; followed: Followed }) {
  return (
    <Page title="Topics" active="topics">
      <h1>Topics</h1>
      {topics.length === 0 ? (
        <p>
          There are none yet: a topic is a subject, described in words, whose papers are gathered here.{" "}
          {mayLookAfter() ? (
            <>
              Add one with <code>npx paperkin topics add NAME DESCRIPTION</code>.
            </>
          ) : (
            "Whoever runs this service adds them."
          )}
        </p>
      ) : (
        <ul class="cards">
          {topics.map((topic) => (
            <li>
              <h2>
                <a href={topicHref(topic.slug)}>{topic.name}</a>
              </h2>
              <p>{topic.description}</p>
              <FollowTopic topic={topic} interest={followed.get(topic.slug)} />
            </li>
          ))}
        </ul>
      )}
    </Page>
  );
}

export interface TopicPageProps {
  readonly topic: Topic;
  readonly hits: readonly Hit[];
  readonly sort: GoodSort;
  readonly misread: readonly Misread[];
  readonly followed: Followed;
  readonly feedback: FeedbackOfList;
}

export function TopicPage({ topic, hits, sort, misread, followed, feedback }: TopicPageProps) {
  const feed = { title: topic.name, path: `/feeds${topicHref(topic.slug)}` };
  const other = sort === "newest" ? "score" : "newest";
  return (
    <Page title={topic.name} active="topics" feed={feed}>
      <h1>{topic.name}</h1>
      <p class="lead">{topic.description}</p>
      <FollowTopic topic={topic} interest={followed.get(topic.slug)} />
      <NotUnderstood misread={misread} />
      <p class="count">
        {sort === "newest" ? "The papers that fit this topic well, newest first." : "The papers of this topic, best first."}{" "}
        <a href={`${topicHref(topic.slug)}?sort=${other}`}>{other === "score" ? "Best first" : "Newest first"}</a>
      </p>
      <h2 class="hidden">Papers</h2>
      {hits.length === 0 ? <p>No paper in the library is about this yet.</p> : <HitList hits={hits} feedback={feedback} />}
      <FeedLinks feed={feed} />
    </Page>
  );
}
