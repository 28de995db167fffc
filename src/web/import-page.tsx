/** The page on which files of papers are uploaded, with the result for each file. */
import { describePlace, mostSentBytes, type Place } from "../core/source.ts";
import { counted } from "../core/text.ts";
import type { SentReport } from "../engine/intake/sent-files.ts";
import { Page, Problem } from "./layout.tsx";
import { mayLookAfter } from "./viewer.tsx";

export interface ImportPageProps {
  /** The result of each uploaded file; empty if nothing was sent. */
  readonly reports: readonly SentReport[];
  /** Papers of the library that wait to be embedded. */
  readonly waiting: number;
  readonly problem: string | undefined;
  /** See `OnceOnly`. */
  readonly once: string;
}

export function ImportPage({ reports, waiting, problem, once }: ImportPageProps) {
  return (
    <Page title="Import papers" active="import">
      <h1>Import papers</h1>
      {mayLookAfter() ? (
        <>
          {reports.length === 0 ? (
            <p class="lead">
              What reference managers, publishers and databases export: BibTeX, RIS, Zotero, EndNote, CSL, PubMed, CSV and others.
            </p>
          ) : (
            <Outcome reports={reports} waiting={waiting} />
          )}
          <FilesForm problem={problem} once={once} />
        </>
      ) : (
        <p>Papers are added by whoever runs this service: it needs a key of scope admin.</p>
      )}
    </Page>
  );
}

function FilesForm({ problem, once }: Pick<ImportPageProps, "problem" | "once">) {
  return (
    <form class="kin" method="post" action="/import" enctype="multipart/form-data">
      <Problem text={problem} />
      <input type="hidden" name="once" value={once} />
      <label>
        Files, plain or packed (.zip, .gz); several at once if you like
        <input class="drop" name="file" type="file" multiple required data-most-bytes={mostSentBytes} />
      </label>
      <p class="hint">
        Up to {mostSentBytes / 1024 ** 2} MiB. For more, and for folders: <code>npx paperkin import FOLDER</code>. Papers that are here
        already are not added twice.
      </p>
      <button type="submit">Import</button>
      <p class="hint" role="status" data-while-sent hidden>
        They are being read; thousands of papers take a minute.
      </p>
    </form>
  );
}

function Outcome({ reports, waiting }: Pick<ImportPageProps, "reports" | "waiting">) {
  const [read, added, kept] = (["read", "new", "kept"] as const).map((name) => reports.reduce((sum, { counts }) => sum + counts[name], 0));
  return (
    <section aria-labelledby="outcome">
      <h2 id="outcome">{added === 0 ? "No new papers" : counted(added ?? 0, "new paper")}</h2>
      <p role="status">
        {read === 0 ? "Nothing was read." : null}
        {waiting > 0
          ? `${counted(waiting, "paper")} ${waiting === 1 ? "waits" : "wait"} to be embedded: searches by words find ${waiting === 1 ? "it" : "them"} at once, by meaning within minutes. `
          : null}
        {(kept ?? 0) > 0 ? (
          <>
            {counted(kept ?? 0, "id")} of papers that are not here: <code>npx paperkin fetch SOURCE --ids wanted</code> looks them up.{" "}
          </>
        ) : null}
        {(added ?? 0) > 0 ? (
          <>
            <a href="/">Search</a> {added === 1 ? "it" : "them"}, or <a href="/interests#file">follow</a> what a file is about.
          </>
        ) : null}
      </p>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th>File</th>
              {outcomes.map(([, text]) => (
                <th class="number">{text}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {reports.map(({ name, counts }) => (
              <tr>
                <td>{name}</td>
                {outcomes.map(([outcome]) => (
                  <td class="number">{counts[outcome].toLocaleString("en")}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {reports.map((report) => (
        <Faults report={report} />
      ))}
    </section>
  );
}

/** The possible outcomes for the records of a file, in the order of `paperkin import`. */
const outcomes = [
  ["read", "Read"],
  ["new", "New"],
  ["changed", "Changed"],
  ["unchanged", "Unchanged"],
  ["merged", "Merged"],
  ["refused", "Refused"],
] as const;

/** The position without the file's name, which is in the heading; a file within an archive is named. */
function placeWithin(place: Place, name: string): string {
  const whole = describePlace(place);
  return place.file === name && whole.startsWith(`${name}, `) ? whole.slice(name.length + 2) : whole;
}

/** The parts of a file that were not imported, and why. */
function Faults({ report: { name, counts, refusals, faults, moreFaults } }: { report: SentReport }) {
  if (faults.length === 0 && refusals.length === 0) return null;
  const more = moreFaults + counts.refused - refusals.length;
  return (
    <>
      <h3>
        {counts.read === 0 ? "Nothing" : "Not everything"} from {name}
      </h3>
      <ul class="notes">
        {faults.map(({ explanation }) => (
          <li>{explanation}</li>
        ))}
        {refusals.map(({ place, field, reason, excerpt }) => (
          <li>
            {placeWithin(place, name)}
            {field === undefined ? "" : `, ${field}`}: {reason}
            {excerpt === "" ? null : (
              <>
                <br />
                <code>{excerpt}</code>
              </>
            )}
          </li>
        ))}
        {more > 0 ? <li>… and {more.toLocaleString("en")} more; the command line lists all of them.</li> : null}
      </ul>
    </>
  );
}
