/** The form of the search page, as represented in an address. */
import type { Filters } from "../core/filters.ts";
import { longestQuery } from "../core/query-pieces.ts";
import { countRule, dateRule, diversityRule, halfLifeRule, minScoreRule, type TextRule, yearRule } from "../engine/parameter-rules.ts";
import { filterNames } from "../engine/search/condition-text.ts";
import { type SearchMode, searchModes } from "../engine/search/rank.ts";
import type { OrderOptions } from "../engine/search/search-request.ts";
import { AddressReader, type Misread } from "./address.tsx";
import type { FeedOfPage } from "./links.ts";

const yearFields = ["yearFrom", "yearTo"] as const;
const dateFields = ["from", "to", "publishedFrom", "publishedTo", "updatedFrom", "updatedTo", "listedFrom", "listedTo"] as const;
const countFields = ["minVotes", "minCitations"] as const;
const nameFields = ["category", "venue", "author", "source", "language"] as const;
const textFields = [...yearFields, ...nameFields, ...dateFields, ...countFields] as const;
export const orderFields = ["halfLifeDays", "minScore", "diversity"] as const;
const flagFields = ["hasCode", "hasAbstract", "hasPdf"] as const;

export type TextField = (typeof textFields)[number];
export type OrderField = (typeof orderFields)[number];
export type FlagField = (typeof flagFields)[number];

/** Empty fields are not set. The names are those of the API's parameters. */
export interface SearchForm extends Readonly<Record<TextField | OrderField, string>>, Readonly<Record<FlagField, boolean>> {
  readonly q: string;
  readonly mode: SearchMode;
  /** Whether copies of one work are collapsed into one. */
  readonly collapse: boolean;
  /** Whether the reranker is applied to the first papers; empty leaves that to the service. */
  readonly rerank: "" | "true" | "false";
  /** Whether papers that the person has dealt with are left out. */
  readonly unseen: boolean;
  /** From 1. */
  readonly page: number;
  readonly compare: boolean;
  /** Parameters of the address that were not understood. */
  readonly misread: readonly Misread[];
}

export const pageSize = 20;
/** The last page that an answer has. */
export const lastPage = 50;

/**
 * Parameters that cannot be read are ignored, and listed on the page, so that an address that was edited by hand still shows results.
 * @param others parameters that the page knows besides those of the form.
 */
export function readSearchForm(parameters: URLSearchParams, others: readonly string[] = []): SearchForm {
  const address = new AddressReader(parameters);
  const flag = (name: string) => address.choice(name, ["true", "false"]) === "true";
  const read = <F extends string>(fields: readonly F[], rule?: TextRule) =>
    Object.fromEntries(fields.map((name) => [name, address.text(name, rule)])) as Record<F, string>;
  const form = {
    ...read(yearFields, yearRule),
    ...read(nameFields),
    ...read(dateFields, dateRule),
    ...read(countFields, countRule),
    ...read(["halfLifeDays"], halfLifeRule),
    ...read(["minScore"], minScoreRule),
    ...read(["diversity"], diversityRule),
    q: address.text("q", undefined, longestQuery),
    mode: address.choice("mode", searchModes) ?? "hybrid",
    hasCode: flag("hasCode"),
    hasAbstract: flag("hasAbstract"),
    hasPdf: flag("hasPdf"),
    collapse: flag("collapse"),
    rerank: address.choice("rerank", ["true", "false"]) ?? "",
    unseen: flag("unseen"),
    page: address.page(),
    compare: address.choice("compare", ["1"]) === "1",
  } as const;
  return { ...form, misread: address.misread(others) };
}

/** The text to show in a field: as typed, even if it was not understood. */
export function typedInto(form: SearchForm, name: TextField | OrderField): string {
  return form.misread.find((one) => one.name === name)?.text || form[name];
}

/** The order that the form asks for. */
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

/** The form without settings for the order. */
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
  ...filterNames,
  yearFrom: "from",
  yearTo: "to",
  category: "category",
  venue: "venue",
  author: "author",
  source: "source",
  language: "language",
  hasCode: "with code",
  hasAbstract: "with an abstract",
  hasPdf: "with a PDF",
  unseen: "not seen by me",
};

/** Each condition that is set, in words, with the form without it. */
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

/** Whether there is something to search for: words, a condition, a later page. Otherwise the start page is shown. */
export function asksSomething(form: SearchForm): boolean {
  return form.q !== "" || form.page > 1 || setConditions(form).length > 0;
}

/** A feed of the papers that match well, newest first. */
export function feedOfForm(form: SearchForm): FeedOfPage {
  const query = searchHref({ ...withoutOrder(form), compare: false, unseen: false }).slice(2);
  return { title: form.q === "" ? "Papers that meet these conditions" : form.q.slice(0, 80), path: "/feeds/search", query };
}

/** The parameters of a form, without default values. */
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

/** The parameters of `/v1/export` for the papers of a form. */
export function exportParameters(form: SearchForm): URLSearchParams {
  return parametersOf({ ...form, page: 1, compare: false });
}

/** The address of the page that explains why a search finds a paper, or does not. */
export function explainHref(form: SearchForm, paperId?: string): string {
  const parameters = parametersOf({ ...form, page: 1, compare: false });
  if (paperId !== undefined) parameters.set("paper", paperId);
  return `/explain?${parameters}`;
}
