/** The box that asks: words, the way to search, and conditions; and the conditions that are set. */
import { type SearchMode, searchModes } from "../engine/rank.ts";
import { type SearchForm, searchHref, setConditions } from "./search-form.ts";

export const modeNames: Record<SearchMode, string> = { hybrid: "Both", semantic: "Meaning", keyword: "Words" };

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
  const open = setConditions(form).length > 0;
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
        <details open={open}>
          <summary>Narrow it down</summary>
          <div class="grid">
            <label>
              From year <input name="yearFrom" inputmode="numeric" pattern="\d{4}" value={form.yearFrom} />
            </label>
            <label>
              To year <input name="yearTo" inputmode="numeric" pattern="\d{4}" value={form.yearTo} />
            </label>
            <label>
              Category <input name="category" value={form.category} placeholder="cs.CL or cs.*" />
            </label>
            <label>
              Venue <input name="venue" value={form.venue} />
            </label>
            <label>
              Author <input name="author" value={form.author} />
            </label>
            <label>
              Source <input name="source" value={form.source} />
            </label>
            <label>
              Language <input name="language" value={form.language} placeholder="en" />
            </label>
            <label>
              Votes from <input name="minVotes" inputmode="numeric" pattern="\d*" value={form.minVotes} />
            </label>
            <label>
              Citations from <input name="minCitations" inputmode="numeric" pattern="\d*" value={form.minCitations} />
            </label>
            {dateConditions.map(({ name, text }) => (
              <label>
                {text} <input name={name} pattern={datePattern} placeholder="2024-03" value={form[name]} />
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
      </form>
    </search>
  );
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
