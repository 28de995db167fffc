/** Pages that report that something is missing or went wrong, and what to do. */
import type { AppError } from "../core/errors.ts";
import type { SentForm } from "./account-pages.tsx";
import { Page } from "./layout.tsx";
import { localAddress } from "./links.ts";
import { SearchBox } from "./search-box.tsx";
import { readSearchForm } from "./search-form.ts";

interface ErrorPageProps {
  readonly error: AppError;
  /** The form that was refused. */
  readonly sent?: SentForm | undefined;
  /** The id under which the log describes the error. */
  readonly requestId?: string;
}

export function ErrorPage({ error, sent, requestId }: ErrorPageProps) {
  const known = error.code !== "internal";
  return (
    <Page title={error.outcome.title}>
      <h1>{error.outcome.title}</h1>
      <p class="lead">{known ? error.message : "Something went wrong inside Paperkin; the log says what."}</p>
      {known && error.mend !== undefined ? (
        <p>
          <Mend text={error.mend} />
        </p>
      ) : null}
      {known || requestId === undefined ? null : (
        <p>
          In the log it has the request id <code>{requestId}</code>.
        </p>
      )}
      {sent?.fields.back === undefined ? null : (
        <p>
          <a href={localAddress(sent.fields.back, "/")}>Back to where you were</a>
        </p>
      )}
      {sent === undefined ? null : <Refused sent={sent} isForLater={error.outcome.status >= 500} />}
      <SearchBox form={readSearchForm(new URLSearchParams())} />
    </Page>
  );
}

/** Fields with text that a person has written, rather than chosen. */
const written = ["note", "text", "words", "positives", "negatives", "excludedWords"];

/** Preserves the fields of a failed form: the text can be copied, and sent again if the service was at fault. */
function Refused({ sent: { action, fields }, isForLater }: { sent: SentForm; isForLater: boolean }) {
  const texts = written.filter((name) => fields[name]?.trim());
  const areas = texts.map((name) => (
    <label class="typed">
      This is what you wrote; it was not saved
      <textarea name={isForLater ? name : undefined} rows={6} dir="auto" readonly={!isForLater}>
        {fields[name]}
      </textarea>
    </label>
  ));
  if (!isForLater) return <>{areas}</>;
  return (
    <form class="kin" method="post" action={action}>
      {Object.entries(fields).map(([name, value]) => (texts.includes(name) ? null : <input type="hidden" name={name} value={value} />))}
      {areas}
      <button type="submit">Send it again</button>
    </form>
  );
}

export function NotFoundPage() {
  return (
    <Page title="No such page">
      <h1>There is no such page</h1>
      <p class="lead">Perhaps you are looking for a paper:</p>
      <SearchBox form={readSearchForm(new URLSearchParams())} />
    </Page>
  );
}

/** Advice with its commands set as code, and the pages that it names as links. */
export function Mend({ text }: { text: string }) {
  return (
    <>
      {text.split(/(`[^`]+`|(?<=\s)\/(?:docs|sign-in|topics)\b)/).map((part, at) => {
        if (at % 2 === 0) return part;
        return part.startsWith("/") ? <a href={part}>{part}</a> : <code>{part.slice(1, -1)}</code>;
      })}
    </>
  );
}
