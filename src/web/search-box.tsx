/** The box that asks: words, the way to search, and conditions; and the conditions that are set. */
import { type SearchMode, searchModes } from "../engine/rank.ts";
import { type SearchForm, searchHref, setConditions, typedInto } from "./search-form.ts";

export const modeNames: Record<SearchMode, string> = { hybrid: "Both", semantic: "Meaning", keyword: "Words" };

/** In the order in which they are shown; dates and what is either so or not stand behind them. */
const textConditions: readonly {
  readonly name: "yearFrom" | "yearTo" | "category" | "venue" | "author" | "source" | "language" | "minVotes" | "minCitations";
  readonly text: string;
  readonly placeholder?: string;
  /** Of numbers. */
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

/** @param props.isFirst whether it is what the page is opened for: whoever opens it can type at once. */
export function SearchBox({ form, isFirst = false }: { form: SearchForm; isFirst?: boolean }) {
  return (
    <search>
      <form class="search" action="/" method="get">
        {form.compare ? <input type="hidden" name="compare" value="1" /> : null}
        {/* Of whichever date a paper has: conditions of addresses that somebody wrote. */}
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
            placeholder="Describe what you are looking for, or paste an id or a title"
          />
          <button type="submit">Search</button>
        </div>
        {form.compare ? (
          // All of them are shown: the one that was chosen waits for the way back to one list.
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

/** Fields that narrow the answer down; open where one is set. */
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
      <p class="hint">
        In the box: <code>"exact phrase"</code> <code>-without</code> <code>author:name</code> <code>title:word</code>{" "}
        <code>year:2019..2023</code> <code>venue:name</code> <code>category:cs.*</code> <code>has:code</code> <code>-author:name</code>{" "}
        <code>one OR has:pdf</code>
      </p>
    </details>
  );
}

/** Whether a field holds what was typed and not understood: it can be mended there. */
function hasMisreadCondition({ misread }: SearchForm): boolean {
  return misread.some(({ name, text }) => text !== "" && [...textConditions, ...dateConditions].some((one) => one.name === name));
}

/** What narrows the answer down, each with a link that takes it away. */
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
