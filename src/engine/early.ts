/** Whether picks may still become others, since papers are on their way to their embeddings. */
import type { Label } from "../core/label-set.ts";
import type { Library } from "../core/library.ts";
import { dayMs, endOfTime } from "../core/period.ts";

/** A share of papers without an embedding, which are judged by their words alone, that changes little. */
const mostWaiting = 0.1;
/** Papers from everywhere that tell how the library is. */
const sampled = 300;

/**
 * Whether many papers wait for an embedding that comes soon. What came more than a day ago is no longer waited for; and where much of
 * that has none, nobody embeds this library, and what is new gets none either.
 * @param chosenFrom how many papers there are to choose from, and those that wait. @param isWhole whether these were found in the
 * whole library, where those that wait may not have been found.
 */
export async function isEarly(
  library: Library,
  chosenFrom: { readonly candidates: number; readonly waiting: readonly Label[] },
  isWhole: boolean,
  now: Date,
): Promise<boolean> {
  const many = (waiting: readonly Label[], of: number) => waiting.length > mostWaiting * of;
  const isChosenFrom = many(chosenFrom.waiting, chosenFrom.candidates);
  if (!isWhole && !isChosenFrom) return false;
  const sample = await library.sampleLabels(sampled);
  const generation = await library.liveGeneration();
  const vectors = generation === undefined ? [] : await library.vectors(generation, sample);
  const waiting = sample.filter((_, at) => vectors[at] === undefined);
  if (!isChosenFrom && !many(waiting, sample.length)) return false;
  const recent = new Set(await library.addedBetween(new Date(now.getTime() - dayMs).toISOString(), endOfTime, ""));
  const isRecent = (label: Label) => recent.has(label);
  const comesSoon =
    many(chosenFrom.waiting.filter(isRecent), chosenFrom.candidates) || (isWhole && many(waiting.filter(isRecent), sample.length));
  const isOlder = (label: Label) => !isRecent(label);
  return comesSoon && !many(waiting.filter(isOlder), sample.filter(isOlder).length);
}
