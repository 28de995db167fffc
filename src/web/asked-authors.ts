/** Which authors a search asks for: lists show them, however many others a paper names before them. */
import { isCalled, isNameWanted, nameKey, wantedNameKeys, wholeNameKeys } from "../core/author-names.ts";
import { parseQuery } from "../core/query.ts";
import type { Hit } from "../engine/hits.ts";
import { filtersOfForm, type SearchForm } from "./search-form.ts";

/** Whether the author of a hit who has this name is one that was asked for, by a condition or by a query that is a name. */
export type IsAskedAuthor = (hit: Pick<Hit, "exact">, name: string) => boolean;

export function askedAuthors(form: SearchForm): IsAskedAuthor {
  const { filters, text } = parseQuery(form.q);
  const conditions = [...(filters.authors ?? []), ...(filtersOfForm(form).authors ?? [])].flatMap(wantedNameKeys);
  const whole = wholeNameKeys(text);
  return ({ exact }, name) => {
    if (conditions.length === 0 && exact !== "author") return false;
    const key = nameKey(name);
    return conditions.some((wanted) => isNameWanted(key, wanted)) || (exact === "author" && whole.some((wanted) => isCalled(key, wanted)));
  };
}
