/** The search page's form, as it stands in an address. */
import type { Filters } from "../core/filters.ts";
import { partialDateSchema } from "../core/paper.ts";
import { type SearchMode, searchModes } from "../engine/rank.ts";
import { longestHalfLifeDays, type OrderOptions } from "../engine/search-request.ts";
import type { FeedOfPage } from "./links.ts";

const yearFields = ["yearFrom", "yearTo"] as const;
const dateFields = ["from", "to", "publishedFrom", "publishedTo", "updatedFrom", "updatedTo", "listedFrom", "listedTo"] as const;
const countFields = ["minVotes", "minCitations"] as const;
const nameFields = ["category", "venue", "author", "source", "language"] as const;
const textFields = [...yearFields, ...nameFields, ...dateFields, ...countFields] as const;
const orderFields = ["halfLifeDays", "minScore", "diversity"] as const;
const flagFields = ["hasCode", "hasAbstract", "hasPdf"] as const;

export type TextField = (typeof textFields)[number];
export type OrderField = (typeof orderFields)[number];
export type FlagField = (typeof flagFields)[number];

/** Fields that are not set are empty, as the API's parameters of the same names they are conditions. */
export interface SearchForm extends Readonly<Record<TextField | OrderField, string>>, Readonly<Record<FlagField, boolean>> {
  readonly q: string;
  readonly mode: SearchMode;
  /** Whether copies of one work become one. */
  readonly collapse: boolean;
  /** Whether the reranker reads the first papers; empty leaves it to the service. */
  readonly rerank: "" | "true" | "false";
  /** Without what the person has dealt with. */
  readonly unseen: boolean;
  /** From 1. */
  readonly page: number;
  readonly compare: boolean;
}

export const pageSize = 20;
/** An answer goes no deeper. */
export const lastPage = 50;

/** What cannot be read is left out: an address that somebody changed by hand still shows a page. */
export function readSearchForm(parameters: URLSearchParams): SearchForm {
  const text = (name: string) => (parameters.get(name) ?? "").trim().slice(0, 200);
  const flag = (name: string) => parameters.get(name) === "true";
  const read = <F extends string>(fields: readonly F[], isValid: (value: string) => boolean) =>
    Object.fromEntries(fields.map((name) => [name, isValid(text(name)) ? text(name) : ""])) as Record<F, string>;
  const page = Number(parameters.get("page") ?? 1);
  return {
    ...read(yearFields, (value) => /^\d{4}$/.test(value)),
    ...read(nameFields, () => true),
    ...read(dateFields, (value) => partialDateSchema.safeParse(value).success),
    ...read(countFields, (value) => /^\d{1,9}$/.test(value)),
    ...read(["halfLifeDays"], (value) => isNumberWithin(value, 0.01, longestHalfLifeDays)),
    ...read(["minScore"], (value) => isNumberWithin(value, -1_000, 1_000)),
    ...read(["diversity"], (value) => isNumberWithin(value, 0, 1)),
    q: (parameters.get("q") ?? "").trim().slice(0, 10_000),
    mode: searchModes.find((mode) => mode === parameters.get("mode")) ?? "hybrid",
    hasCode: flag("hasCode"),
    hasAbstract: flag("hasAbstract"),
    hasPdf: flag("hasPdf"),
    collapse: flag("collapse"),
    rerank: (["true", "false"] as const).find((value) => value === parameters.get("rerank")) ?? "",
    unseen: flag("unseen"),
    page: Number.isSafeInteger(page) && page >= 1 ? page : 1,
    compare: parameters.get("compare") === "1",
  };
}

function isNumberWithin(text: string, least: number, most: number): boolean {
  const value = Number(text);
  return /\d/.test(text) && value >= least && value <= most;
}

/** How the form wants the papers in order. */
export function orderOfForm(form: SearchForm): OrderOptions {
  const number = (name: OrderField) => (form[name] === "" ? undefined : Number(form[name]));
  return {
    halfLifeDays: number("halfLifeDays"),
    minScore: number("minScore"),
    diversity: number("diversity"),
    collapse: form.collapse ? true : undefined,
    rerank: form.rerank === "" ? undefined : form.rerank === "true",
  };
}

const unordered = { halfLifeDays: "", minScore: "", diversity: "", collapse: false, rerank: "" } as const;

/** The form without any wishes about the order. */
export function withoutOrder(form: SearchForm): SearchForm {
  return { ...form, ...unordered, page: 1 };
}

export function asksForOrder(form: SearchForm): boolean {
  return form.collapse || form.rerank !== "" || orderFields.some((name) => form[name] !== "");
}

const listOf = { category: "categories", venue: "venues", author: "authors", source: "sources", language: "languages" } as const;

export function filtersOfForm(form: SearchForm): Filters {
  return Object.fromEntries([
    ...[...yearFields, ...countFields].filter((name) => form[name] !== "").map((name) => [name, Number(form[name])]),
    ...dateFields.filter((name) => form[name] !== "").map((name) => [name, form[name]]),
    ...nameFields.filter((name) => form[name] !== "").map((name) => [listOf[name], [form[name]]]),
    ...flagFields.filter((name) => form[name]).map((name) => [name, true]),
  ]) as Filters;
}

const conditionTexts: Readonly<Record<TextField | FlagField | "unseen", string>> = {
  yearFrom: "from",
  yearTo: "to",
  category: "category",
  venue: "venue",
  author: "author",
  source: "source",
  language: "language",
  from: "dated from",
  to: "dated to",
  publishedFrom: "published from",
  publishedTo: "published to",
  updatedFrom: "updated from",
  updatedTo: "updated to",
  listedFrom: "listed from",
  listedTo: "listed to",
  minVotes: "votes from",
  minCitations: "citations from",
  hasCode: "with code",
  hasAbstract: "with an abstract",
  hasPdf: "with a PDF",
  unseen: "not seen by me",
};

/** Each condition that is set, in words, with the form that is without it. */
export function setConditions(form: SearchForm): { text: string; without: SearchForm }[] {
  const { yearFrom, yearTo } = form;
  const oneYear = yearFrom !== "" && yearFrom === yearTo;
  return [
    ...(oneYear ? [{ text: yearFrom, without: { ...form, yearFrom: "", yearTo: "", page: 1 } }] : []),
    ...textFields
      .filter((name) => form[name] !== "" && !(oneYear && (name === "yearFrom" || name === "yearTo")))
      .map((name) => ({ text: `${conditionTexts[name]} ${form[name]}`, without: { ...form, [name]: "", page: 1 } })),
    ...([...flagFields, "unseen"] as const)
      .filter((name) => form[name])
      .map((name) => ({ text: conditionTexts[name], without: { ...form, [name]: false, page: 1 } })),
  ];
}

/** Whether the form asks for something: words, a condition, a further page. Otherwise it is the start page. */
export function asksSomething(form: SearchForm): boolean {
  return form.q !== "" || form.page > 1 || setConditions(form).length > 0;
}

/** The papers that match well, the newest first. */
export function feedOfForm(form: SearchForm): FeedOfPage {
  const query = searchHref({ ...withoutOrder(form), compare: false, unseen: false }).slice(2);
  return { title: form.q === "" ? "Papers that meet these conditions" : form.q.slice(0, 80), path: "/feeds/search", query };
}

/** The parameters of a form, without what is as usual. */
export function parametersOf(form: SearchForm): URLSearchParams {
  const parameters = new URLSearchParams();
  for (const name of ["q", ...textFields, ...orderFields, "rerank"] as const) if (form[name] !== "") parameters.set(name, form[name]);
  if (form.mode !== "hybrid") parameters.set("mode", form.mode);
  for (const name of [...flagFields, "unseen", "collapse"] as const) if (form[name]) parameters.set(name, "true");
  if (form.page > 1) parameters.set("page", String(form.page));
  if (form.compare) parameters.set("compare", "1");
  return parameters;
}

export function searchHref(form: SearchForm): string {
  const query = parametersOf(form).toString();
  return query === "" ? "/" : `/?${query}`;
}

/** What is asked of `/v1/export` for the papers of a form. */
export function exportParameters(form: SearchForm): URLSearchParams {
  return parametersOf({ ...form, page: 1, compare: false });
}

/** The page that says why a search finds a paper, or does not. */
export function explainHref(form: SearchForm, paperId?: string): string {
  const parameters = parametersOf({ ...form, page: 1, compare: false });
  if (paperId !== undefined) parameters.set("paper", paperId);
  return `/explain?${parameters}`;
}
