/** Whether picks are still provisional, because many papers wait for their embedding. */
import type { Label } from "../../core/label-set.ts";
import type { Library } from "../../core/library.ts";
import { dayMs, endOfTime } from "../../core/period.ts";

/** A small share of papers without an embedding, which are judged by their words alone, hardly changes the picks. */
const mostWaiting = 0.1;
/** Size of the sample that shows the state of the library. */
const sampled = 300;

/**
 * Whether many papers wait for an embedding that will come soon. Papers that came more than a day ago are no longer waited for. If many
 * of those have none, nobody embeds this library, and the new ones will get none either.
 * @param chosenFrom how many candidates there are, and which of them wait. @param isWhole whether the candidates come from the whole
 * library, where a search may have missed those that wait.
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
