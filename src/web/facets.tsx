/** Facets of the papers found, next to the results: each value narrows the search. */
import type { Facets } from "../core/facets.ts";
import { type SearchForm, searchHref } from "./search-form.ts";

/** The number of values shown of each kind. */
export const shownFacets = 8;

const kinds: readonly {
  readonly name: keyof Facets;
  readonly title: string;
  /** Undefined if the form has this condition already. */
  readonly narrowed: (form: SearchForm, value: string) => SearchForm | undefined;
}[] = [
  {
    name: "years",
    title: "Years",
    narrowed: (form, value) =>
      form.yearFrom !== "" && form.yearFrom === form.yearTo ? undefined : { ...form, yearFrom: value, yearTo: value },
  },
  { name: "categories", title: "Categories", narrowed: (form, value) => (form.category === "" ? { ...form, category: value } : undefined) },
  { name: "venues", title: "Venues", narrowed: (form, value) => (form.venue === "" ? { ...form, venue: value } : undefined) },
  { name: "sources", title: "Sources", narrowed: (form, value) => (form.source === "" ? { ...form, source: value } : undefined) },
];

export function FacetLinks({ form, facets }: { form: SearchForm; facets: Facets }) {
  const shown = kinds.flatMap(({ name, title, narrowed }) => {
    const values = name === "years" ? [...facets.years].sort((a, b) => (a.value < b.value ? 1 : -1)) : facets[name];
    const links = values.flatMap(({ value, papers }) => {
      const next = narrowed(form, value);
      return next === undefined ? [] : [{ value, papers, href: searchHref({ ...next, page: 1 }) }];
    });
    return links.length === 0 ? [] : [{ title, links }];
  });
  if (shown.length === 0) return null;
  return (
    <nav class="facets" aria-label="Narrow down">
      {shown.map(({ title, links }) => (
        <section>
          <h2>{title}</h2>
          <ul>
            {links.map(({ value, papers, href }) => (
              <li>
                <a href={href}>{value}</a> <span class="papers">{papers.toLocaleString("en")}</span>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </nav>
  );
}
