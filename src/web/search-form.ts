/** The search page's form, as it stands in an address. */
import type { Filters } from "../core/filters.ts";
import { type SearchMode, searchModes } from "../engine/rank.ts";
import type { FeedOfPage } from "./links.ts";

export interface SearchForm {
  readonly q: string;
  readonly mode: SearchMode;
  readonly yearFrom: string;
  readonly yearTo: string;
  readonly category: string;
  readonly venue: string;
  readonly author: string;
  readonly hasCode: boolean;
  /** From 1. */
  readonly page: number;
  readonly compare: boolean;
}

export const pageSize = 20;
const lastPage = 50;

/** What cannot be read is left out: an address that somebody changed by hand still shows a page. */
export function readSearchForm(parameters: URLSearchParams): SearchForm {
  const text = (name: string) => (parameters.get(name) ?? "").trim().slice(0, 200);
  const year = (name: string) => (/^\d{4}$/.test(text(name)) ? text(name) : "");
  const page = Number(parameters.get("page") ?? 1);
  return {
    q: (parameters.get("q") ?? "").trim().slice(0, 10_000),
    mode: searchModes.find((mode) => mode === parameters.get("mode")) ?? "hybrid",
    yearFrom: year("yearFrom"),
    yearTo: year("yearTo"),
    category: text("category"),
    venue: text("venue"),
    author: text("author"),
    hasCode: parameters.get("hasCode") === "true",
    page: Number.isInteger(page) && page >= 1 && page <= lastPage ? page : 1,
    compare: parameters.get("compare") === "1",
  };
}

export function filtersOfForm(form: SearchForm): Filters {
  return {
    ...(form.yearFrom === "" ? {} : { yearFrom: Number(form.yearFrom) }),
    ...(form.yearTo === "" ? {} : { yearTo: Number(form.yearTo) }),
    ...(form.category === "" ? {} : { categories: [form.category] }),
    ...(form.venue === "" ? {} : { venues: [form.venue] }),
    ...(form.author === "" ? {} : { authors: [form.author] }),
    ...(form.hasCode ? { hasCode: true } : {}),
  };
}

/** Whether the form asks for something: words, a condition, a further page. Otherwise it is the start page. */
export function asksSomething(form: SearchForm): boolean {
  return form.q !== "" || form.page > 1 || Object.keys(filtersOfForm(form)).length > 0;
}

/** The papers that match well, the newest first. */
export function feedOfForm(form: SearchForm): FeedOfPage {
  const query = searchHref({ ...form, page: 1, compare: false }).slice(2);
  return { title: form.q === "" ? "Papers that meet these conditions" : form.q.slice(0, 80), path: "/feeds/search", query };
}

/** The address of a form, without what is as usual. */
export function searchHref(form: SearchForm): string {
  const parameters = new URLSearchParams();
  for (const name of ["q", "yearFrom", "yearTo", "category", "venue", "author"] as const)
    if (form[name] !== "") parameters.set(name, form[name]);
  if (form.mode !== "hybrid") parameters.set("mode", form.mode);
  if (form.hasCode) parameters.set("hasCode", "true");
  if (form.page > 1) parameters.set("page", String(form.page));
  if (form.compare) parameters.set("compare", "1");
  const query = parameters.toString();
  return query === "" ? "/" : `/?${query}`;
}
