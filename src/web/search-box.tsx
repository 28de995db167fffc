/** The search box: words, mode and conditions; and the list of conditions that are set. */
import { type SearchMode, searchModes } from "../engine/search/rank.ts";
import { type SearchForm, searchHref, setConditions, typedInto } from "./search-form.ts";

export const modeNames: Record<SearchMode, string> = { hybrid: "Both", semantic: "Meaning", keyword: "Words" };

/** In display order; conditions on dates and the checkboxes come after them. */
const textConditions: readonly {
  readonly name: "yearFrom" | "yearTo" | "category" | "venue" | "author" | "source" | "language" | "minVotes" | "minCitations";
  readonly text: string;
  readonly placeholder?: string;
  /** The pattern of a numeric field. */
  readonly pattern?: string;
}[] = [
  { name: "yearFrom", text: "From year", pattern: "\\d{1,4}" },
  { name: "yearTo", text: "To year", pattern: "\\d{1,4}" },
  { name: "category", text: "Category", placeholder: "cs.CL or cs.*" },
  { name: "venue", text: "Venue" },
  { name: "author", text: "Author" },
  { name: "source", text: "Source" },
  { name: "language", text: "Language", placeholder: "en" },
  { name: "minVotes", text: "Minimum votes", pattern: "\\d*" },
  { name: "minCitations", text: "Minimum citations", pattern: "\\d*" },
];

const dateConditions = [
  { name: "publishedFrom", text: "Published from" },
  { name: "publishedTo", text: "Published to" },
  { name: "updatedFrom", text: "Updated from" },
  { name: "updatedTo", text: "Updated to" },
  { name: "listedFrom", text: "Listed from" },
  { name: "listedTo", text: "Listed to" },
] as const;
const datePattern = "\\d{4}(-\\d{2}(-\\d{2})?)?";

const flagConditions = [
  { name: "hasCode", text: "With code" },
  { name: "hasAbstract", text: "With an abstract" },
  { name: "hasPdf", text: "With a PDF" },
  { name: "unseen", text: "Not seen by me" },
] as const;

/** @param props.isFirst whether the box is the purpose of the page, and gets the focus. */
export function SearchBox({ form, isFirst = false }: { form: SearchForm; isFirst?: boolean }) {
  return (
    <search>
      <form class="search" action="/" method="get">
        {form.compare ? <input type="hidden" name="compare" value="1" /> : null}
        {/* Conditions on whichever date a paper has. They have no field, and are carried over from the address. */}
        {(["from", "to"] as const).map((name) => (form[name] === "" ? null : <input type="hidden" name={name} value={form[name]} />))}
        <div class="line">
          <label class="hidden" for="q">
            What are you looking for?
          </label>
          <input
            id="q"
            name="q"
            type="search"
            dir="auto"
            value={form.q}
            maxlength={10_000}
            autofocus={isFirst}
            placeholder="A question, id or title"
          />
          <button type="submit">Search</button>
        </div>
        {form.compare ? (
          // The page shows all modes; the chosen one is kept for the return to a single list.
          <input type="hidden" name="mode" value={form.mode} />
        ) : (
          <fieldset class="modes">
            <legend class="hidden">Search by</legend>
            {searchModes.map((mode) => (
              <label>
                <input type="radio" name="mode" value={mode} checked={mode === form.mode} />
                {modeNames[mode]}
              </label>
            ))}
          </fieldset>
        )}
        <Conditions form={form} />
      </form>
    </search>
  );
}

/** Fields that narrow the search; open if one of them is set. */
function Conditions({ form }: { form: SearchForm }) {
  return (
    <details open={setConditions(form).length > 0 || hasMisreadCondition(form)}>
      <summary>Narrow it down</summary>
      <div class="grid">
        {textConditions.map(({ name, text, pattern, placeholder }) => (
          <label>
            {text}{" "}
            <input
              name={name}
              inputmode={pattern === undefined ? undefined : "numeric"}
              pattern={pattern}
              value={typedInto(form, name)}
              placeholder={placeholder}
            />
          </label>
        ))}
        {dateConditions.map(({ name, text }) => (
          <label>
            {text} <input name={name} pattern={datePattern} placeholder="2024-03" value={typedInto(form, name)} />
          </label>
        ))}
        {flagConditions.map(({ name, text }) => (
          <label class="check">
            <input type="checkbox" name={name} value="true" checked={form[name]} /> {text}
          </label>
        ))}
      </div>
      <p class="hint syntax">
        In the box: <code>"exact phrase"</code> <code>-without</code> <code>author:name</code> <code>title:word</code>{" "}
        <code>year:2019..2023</code> <code>venue:name</code> <code>category:cs.*</code> <code>has:code</code> <code>-author:name</code>{" "}
        <code>one OR has:pdf</code>
      </p>
    </details>
  );
}

/** Whether a field holds a value that was not understood, so that it can be corrected there. */
function hasMisreadCondition({ misread }: SearchForm): boolean {
  return misread.some(({ name, text }) => text !== "" && [...textConditions, ...dateConditions].some((one) => one.name === name));
}

/** The conditions that are set, each with a link that removes it. */
export function SetConditions({ form }: { form: SearchForm }) {
  const set = setConditions(form);
  if (set.length === 0) return null;
  return (
    <ul class="chips set" aria-label="Conditions">
      {set.map(({ text, without }) => (
        <li>
          <a class="tag" href={searchHref(without)}>
            <span class="hidden">Remove: </span>
            {text} <span aria-hidden="true">×</span>
          </a>
        </li>
      ))}
    </ul>
  );
}
