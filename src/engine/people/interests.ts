/** What a person follows: creating and changing interests, and what determines one. */
import { randomBytes } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { countTerms, termsOf } from "../../core/analysis.ts";
import type { Embedder } from "../../core/embedder.ts";
import { AppError } from "../../core/errors.ts";
import { followQuery } from "../../core/followed-query.ts";
import { type Feedback, type Interest, interestSchema, isOpen, mostExamplePapers, mostInterests } from "../../core/interest.ts";
import { type Label, type LabelSet, selectLabels } from "../../core/label-set.ts";
import type { Library } from "../../core/library.ts";
import { roundScore } from "../../core/ranking/fusion.ts";
import { normalizeText } from "../../core/text.ts";
import { findPapers, requireOneSide } from "../papers.ts";
import { firstSpellings, tellingWords } from "../recommend/reasons.ts";
import { type Recommendation, recommendFrom, sortedDistinct } from "../recommend/recommend.ts";
import { describeConditions } from "../search/condition-text.ts";
import { newestHits } from "../search/hits.ts";
import { getTopic } from "../topics.ts";
import { requireStillThere } from "./people.ts";

/** The properties of an interest; whatever is left out stays unchanged, or is empty. */
export interface InterestInput {
  readonly name?: string | undefined;
  readonly words?: string | undefined;
  /** Papers by any of their ids. */
  readonly positives?: readonly string[] | undefined;
  readonly negatives?: readonly string[] | undefined;
  readonly filters?: Interest["filters"] | undefined;
  readonly excludedWords?: readonly string[] | undefined;
  readonly weight?: number | undefined;
  /** A topic to follow: its name and its words are copied. */
  readonly topic?: string | undefined;
  /** A search to follow, with its conditions, in place of words. */
  readonly query?: string | undefined;
}

/**
 * @returns the new interest, or the existing one if all given properties are equal: a form that is sent twice creates one.
 * Throws `invalid_request` for an interest without content, for an example on both sides and for too many examples, `paper_not_found`,
 * `topic_not_found`.
 */
export async function addInterest(library: Library, person: string, wanted: InterestInput, now: Date): Promise<Interest> {
  const input = wanted.query === undefined ? wanted : inputOfQuery(wanted.query, wanted);
  const topic = input.topic === undefined ? undefined : await getTopic(library, input.topic);
  const id = randomBytes(6).toString("hex");
  const interest = await changed(
    library,
    {
      id,
      name: topic?.name ?? "",
      words: topic?.description ?? "",
      positives: [],
      negatives: [],
      filters: {},
      excludedWords: [],
      weight: 1,
      created: now.toISOString(),
      ...(topic === undefined ? {} : { topic: topic.slug }),
    },
    input,
  );
  await requireStillThere(library, person);
  const isSame = (other: Interest) => isDeepStrictEqual(saidOf(other), saidOf(interest));
  const all = await library.personal.interests(person);
  if (!all.some(isSame)) requireRoom(all);
  return await library.personal.putInterest(person, interest, isSame);
}

/** What a person said of an interest. */
function saidOf({ id: _, created: __, keptWhole: ___, ...said }: Interest): Partial<Interest> {
  return said;
}

/** Throws `invalid_request` if there is no room for one more. */
export function requireRoom(interests: readonly Interest[]): void {
  if (interests.length >= mostInterests)
    throw new AppError("invalid_request", `There are ${interests.length} interests already; a person can have at most ${mostInterests}.`, {
      mend: "Remove some that are no longer followed.",
    });
}

/** Throws `invalid_request` for what an interest cannot hold. */
function inputOfQuery(query: string, input: InterestInput): InterestInput {
  if (input.words !== undefined || input.topic !== undefined)
    throw new AppError("invalid_request", "A query cannot be combined with words or a topic.", { mend: "Give one of them." });
  const { words, filters, excludedWords, id } = followQuery(query, input.filters);
  return {
    ...input,
    words,
    filters,
    excludedWords: [...(input.excludedWords ?? []), ...excludedWords],
    positives: [...(input.positives ?? []), ...(id === undefined ? [] : [id])],
  };
}

/** The changes to an interest, or a function that derives them from its current state. */
export type InterestChange = InterestInput | ((before: Interest) => InterestInput);

/** Throws `interest_not_found`, and as {@link addInterest}. */
export async function changeInterest(library: Library, person: string, id: string, change: InterestChange): Promise<Interest> {
  return await replaceInterest(library, person, id, (before) =>
    changed(library, before, typeof change === "function" ? change(before) : change),
  );
}

/** Each that fails is a change by somebody else. */
const mostAttempts = 20;

/**
 * Stores a changed interest. If somebody changes it meanwhile, the change is applied again to the result, so that neither is lost; an
 * interest that was removed meanwhile stays removed. Throws `interest_not_found`, `library_busy`.
 */
export async function replaceInterest(
  library: Library,
  person: string,
  id: string,
  make: (before: Interest) => Promise<Interest>,
): Promise<Interest> {
  let before = await getInterest(library, person, id);
  for (let attempt = 0; attempt < mostAttempts; attempt++) {
    const after = await make(before);
    if (await library.personal.replaceInterest(person, before, after)) return after;
    // By its id, since the concurrent change may be to its name.
    before = await getInterest(library, person, before.id);
  }
  throw new AppError("library_busy", `“${before.name}” is being changed by other requests.`, { mend: "Try again in a moment." });
}

async function changed(library: Library, before: Interest, input: InterestInput): Promise<Interest> {
  const positives = input.positives === undefined ? before.positives : await paperIds(library, input.positives);
  const words = input.words === undefined ? before.words : wordsOf(input.words);
  const wanted = {
    words,
    positives,
    negatives: input.negatives === undefined ? before.negatives : await paperIds(library, input.negatives),
    filters: input.filters ?? before.filters,
    excludedWords: (input.excludedWords ?? before.excludedWords).map(normalizeText).filter((word) => word !== ""),
  };
  // Examples that merged since they were given are no reason to refuse a new name.
  if (input.positives !== undefined || input.negatives !== undefined) await requireOneSide(library, positives, wanted.negatives);
  if (words === "" && positives.length === 0 && wanted.negatives.length === 0 && describeConditions(wanted) === "") {
    throw new AppError("invalid_request", "An interest needs words, a paper or a condition.", {
      mend: "Describe it in words, name papers that it is about or not about, or give conditions that each pick must meet.",
    });
  }
  const conditionsLength = JSON.stringify(wanted.filters).length;
  if (conditionsLength > longestConditions)
    throw new AppError("invalid_request", `The interest's conditions have ${conditionsLength} characters.`, {
      mend: `Up to ${longestConditions} are kept; make several interests of them.`,
    });
  const name = normalizeText(input.name ?? before.name) || (await nameFor(library, wanted));
  const parsed = interestSchema.safeParse({ ...before, ...wanted, name, weight: input.weight ?? before.weight });
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new AppError("invalid_request", `The interest's ${issue?.path.join(".") ?? ""} is not valid: ${issue?.message ?? ""}.`);
  }
  return parsed.data;
}

/** Throws `invalid_request` for a text without letters or digits: a model finds something near to anything. */
function wordsOf(text: string): string {
  const words = normalizeText(text);
  if (words === "" || /[\p{L}\p{N}]/u.test(words)) return words;
  throw new AppError("invalid_request", `There is no word in “${words.slice(0, 50).toWellFormed()}”.`, {
    mend: "Say in words what it is about.",
  });
}

/** In the order of the ids, each paper once. Throws `paper_not_found` naming some that are missing, `invalid_request` for too many. */
async function paperIds(library: Library, given: readonly string[]): Promise<string[]> {
  const ids = [...new Set(given)];
  // Checked before any is looked up.
  if (ids.length > mostExamplePapers)
    throw new AppError(
      "invalid_request",
      `${ids.length} papers are named as examples; an interest can have at most ${mostExamplePapers}.`,
      {
        mend: "Name fewer, or make several interests.",
      },
    );
  const found = await findPapers(library, ids);
  const missing = ids.filter((_, at) => found[at] === undefined);
  if (missing.length > 0) {
    throw new AppError("paper_not_found", `There is no paper ${missing.slice(0, 5).join(", ")} in the library.`, {
      mend: "Import it first, or search for its title.",
    });
  }
  return [...new Set(found.flatMap((stored) => stored?.paper.paperId ?? []))];
}

/** The size of all of an interest's conditions together: a name in each of a hundred authors, and far more, fits. */
const longestConditions = 20_000;
const longestName = 60;

async function nameFor(
  library: Library,
  wanted: Pick<Interest, "words" | "positives" | "negatives" | "filters" | "excludedWords">,
): Promise<string> {
  const titleOf = async (ids: readonly string[]) => (await findPapers(library, ids.slice(0, 1)))[0]?.paper.title ?? "";
  const text =
    wanted.words ||
    (await titleOf(wanted.positives)) ||
    describeConditions(wanted) ||
    `Not like ${(await titleOf(wanted.negatives)) || "some papers"}`;
  return text.length <= longestName ? text : `${text.slice(0, longestName).replace(/\s+\S*$/, "")} …`;
}

/** That an error names. */
const namedInterests = 20;

/** By id, or by name, ignoring case. Throws `interest_not_found`, and `invalid_request` for a name that several have. */
export async function getInterest(library: Library, person: string, id: string): Promise<Interest> {
  const all = await library.personal.interests(person);
  const named = all.filter(({ name }) => name.toLowerCase() === id.toLowerCase());
  const exactly = named.filter(({ name }) => name === id);
  const candidates = exactly.length > 0 ? exactly : named;
  const found = all.find((interest) => interest.id === id) ?? candidates[0];
  if (candidates.length > 1 && found?.id !== id) {
    throw new AppError("invalid_request", `There are ${candidates.length} interests “${id}”.`, {
      mend: `Name one by its id: ${candidates.map((one) => one.id).join(", ")}; \`paperkin interests\` shows each of them.`,
    });
  }
  if (found === undefined) {
    throw new AppError("interest_not_found", `There is no interest “${id}”.`, {
      mend: all.length === 0 ? "There are none yet: add one." : `There are ${listed(all)}.`,
    });
  }
  return found;
}

function listed(interests: readonly Interest[]): string {
  const more = interests.length - namedInterests;
  const names = interests.slice(0, namedInterests).map(({ name }) => `“${name}”`);
  return `${names.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

/** Throws `interest_not_found`. */
export async function removeInterest(library: Library, person: string, id: string): Promise<Interest> {
  const interest = await getInterest(library, person, id);
  await library.personal.removeInterest(person, interest.id);
  for (const feed of await library.delivery.privateFeeds(person))
    if (feed.interest === interest.id) await library.delivery.removePrivateFeed(feed.hash);
  return interest;
}

/** What an interest has learnt: its own examples, and those from feedback. */
export interface Examples {
  readonly positives: readonly Label[];
  readonly negatives: readonly Label[];
}

/** Of the feedback for an interest the latest counts; its own examples always do. */
const mostSaid = 200;

/**
 * A save teaches the interest that it names. A dismissal counts against that interest, or against all if it names none. Of a save and a
 * dismissal of the same paper the later counts.
 */
export async function examplesOfInterest(library: Library, interest: Interest, feedback: readonly Feedback[]): Promise<Examples> {
  const isAbout = ({ kind, interest: named }: Feedback) => named === interest.id || (kind === "dismiss" && named === undefined);
  const said = (kind: Feedback["kind"]) => feedback.filter((one) => one.kind === kind && isAbout(one)).slice(0, mostSaid);
  const latest = [...said("save"), ...said("dismiss")].sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
  const last = new Map<Label, Feedback["kind"]>();
  for (const [at, label] of (await library.resolve(latest.map(({ paperId }) => paperId))).entries())
    if (label !== undefined && !last.has(label)) last.set(label, latest[at]?.kind ?? "save");
  const examples = async (own: readonly string[], kind: Feedback["kind"]) => {
    const taught = [...last].flatMap(([label, which]) => (which === kind ? label : []));
    return sortedDistinct([...(await library.resolve([...own])).filter((label) => label !== undefined), ...taught]);
  };
  const positives = await examples(interest.positives, "save");
  const liked = new Set(positives);
  const negatives = await examples(interest.negatives, "dismiss");
  return { positives, negatives: negatives.filter((label) => !liked.has(label)) };
}

/** What drives an interest. */
export interface InterestDrivers {
  readonly interest: Interest;
  readonly examples: { readonly positives: number; readonly negatives: number };
  /** Its strongest terms, strongest first. */
  readonly terms: readonly string[];
  /** The papers of the library that fit it best; if it has no subject, the newest that meet its conditions. */
  readonly nearest: readonly Recommendation[];
}

/** Whether the papers that it was about have all left the library, and it has no other subject: then nothing is picked for it. */
export function isLost({ interest, examples }: InterestDrivers): boolean {
  return interest.words === "" && examples.positives === 0 && !isOpen(interest);
}

/** Why no paper is near to an interest. */
export function whyNoneIsNear(drivers: InterestDrivers): string {
  if (isLost(drivers))
    return "None of its example papers is in the library any more, so nothing is picked for it: name others, or describe it in words.";
  return describeConditions(drivers.interest) === "" ? "There are none in the library." : "No paper of the library meets its conditions.";
}

const shownTerms = 12;
const shownPapers = 10;

/** Words of titles, abstracts and of the interest itself, as they are written; by weight, then text. */
export async function strongestTerms(library: Library, positives: readonly Label[], words: string): Promise<string[]> {
  const papers = (await library.papers(positives)).flatMap((stored) => stored?.paper ?? []);
  const wordOf = firstSpellings([words, ...papers.map(({ title, abstract }) => `${title} ${abstract}`)]);
  const sums = new Map<number, number>();
  for (const { terms, weights } of [await library.termVectorOf(countTerms(words)), ...(await library.termVectors(positives))])
    for (const [at, term] of terms.entries()) sums.set(term, (sums.get(term) ?? 0) + (weights[at] ?? 0));
  const texts = await library.termTexts([...sums.keys()]);
  const terms = [...sums.values()]
    .map((weight, at) => ({ text: texts[at] ?? "", weight: roundScore(weight) }))
    .sort((a, b) => b.weight - a.weight || (a.text < b.text ? -1 : 1))
    .flatMap(({ text }) => wordOf.get(text) ?? []);
  return [...tellingWords(terms)].slice(0, shownTerms);
}

/** Throws `interest_not_found`. */
export async function describeInterest(
  library: Library,
  embedder: Embedder,
  person: string,
  id: string,
  signal?: AbortSignal,
): Promise<InterestDrivers> {
  const interest = await getInterest(library, person, id);
  const { positives, negatives } = await examplesOfInterest(library, interest, await library.personal.feedback(person));
  const terms = await strongestTerms(library, positives, interest.words);
  const within = await papersOfConditions(library, interest);
  const nearest =
    positives.length === 0 && interest.words === ""
      ? await newestOf(library, interest, within, negatives)
      : await recommendFrom(
          library,
          embedder,
          { liked: positives, disliked: negatives, query: interest.words, within, limit: shownPapers },
          signal,
        );
  return {
    interest,
    examples: { positives: positives.length, negatives: negatives.length },
    terms,
    nearest,
  };
}

/** The papers that an interest's conditions admit: none that contain an excluded word; undefined for everything. */
async function papersOfConditions(library: Library, { filters, excludedWords }: Interest): Promise<LabelSet | undefined> {
  const within = await library.matching([filters, { withdrawn: false }]);
  if (excludedWords.length === 0) return within;
  const excluded = await library.holdingAny(excludedWords.flatMap(termsOf));
  return selectLabels((within ?? (await library.holding([]))).labels(), (label) => !excluded.has(label));
}

/** The papers that meet an interest's conditions, newest first; empty if its examples have all left the library. */
async function newestOf(
  library: Library,
  interest: Interest,
  within: LabelSet | undefined,
  negatives: readonly Label[],
): Promise<Recommendation[]> {
  if (!isOpen(interest)) return [];
  const unwanted = new Set(negatives);
  const left = selectLabels((within ?? (await library.holding([]))).labels(), (label) => !unwanted.has(label));
  const hits = await newestHits(library, left, { limit: shownPapers, offset: 0 });
  return hits.map((hit) => ({ ...hit, reason: { nearest: [], terms: [] } }));
}
