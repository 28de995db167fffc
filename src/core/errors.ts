/**
 * The one error type that Paperkin throws deliberately, and the one table that maps each code to an HTTP status and an exit code of the
 * command line. A code that is missing from the table does not compile.
 */

/** What a code becomes outside: HTTP status, and the process exit code (1 failed, 2 wrong use, 130 interrupted). */
interface Outcome {
  readonly status: 400 | 401 | 403 | 404 | 405 | 408 | 409 | 413 | 415 | 422 | 429 | 500 | 501 | 503 | 507;
  readonly exitCode: 1 | 2 | 130;
  readonly title: string;
}

const outcomes = {
  invalid_request: {
    status: 400,
    exitCode: 2,
    title: "The request is not valid",
  },
  invalid_config: {
    status: 500,
    exitCode: 2,
    title: "The configuration is not valid",
  },
  invalid_paper: {
    status: 422,
    exitCode: 1,
    title: "The record is not a paper",
  },
  unsupported_format: {
    status: 415,
    exitCode: 2,
    title: "The format is not supported",
  },
  body_too_large: { status: 413, exitCode: 1, title: "The body is too large" },
  body_too_slow: { status: 408, exitCode: 1, title: "The body did not arrive in time" },
  service_busy: { status: 503, exitCode: 1, title: "The service is overloaded" },
  unauthorized: { status: 401, exitCode: 1, title: "An API key is needed" },
  too_many_requests: { status: 429, exitCode: 1, title: "Too many requests" },
  forbidden: { status: 403, exitCode: 1, title: "This is not allowed" },
  paper_not_found: { status: 404, exitCode: 1, title: "No such paper" },
  topic_not_found: { status: 404, exitCode: 1, title: "No such topic" },
  interest_not_found: { status: 404, exitCode: 1, title: "No such interest" },
  person_not_found: { status: 404, exitCode: 1, title: "No such person" },
  comment_not_found: { status: 404, exitCode: 1, title: "No such comment" },
  subscription_not_found: { status: 404, exitCode: 1, title: "No such subscription" },
  invalid_link: { status: 404, exitCode: 1, title: "The link is not valid" },
  delivery_failed: { status: 503, exitCode: 1, title: "A message could not be delivered" },
  no_interests: { status: 409, exitCode: 1, title: "There is nothing to pick papers for" },
  topic_exists: { status: 409, exitCode: 1, title: "The topic exists already" },
  route_not_found: { status: 404, exitCode: 1, title: "No such route" },
  method_not_allowed: { status: 405, exitCode: 1, title: "The route does not accept this method" },
  file_unreadable: { status: 400, exitCode: 1, title: "A file cannot be read" },
  library_not_found: { status: 503, exitCode: 1, title: "There is no library" },
  library_damaged: {
    status: 503,
    exitCode: 1,
    title: "The library is damaged",
  },
  library_newer: {
    status: 503,
    exitCode: 1,
    title: "The library was made by a newer version",
  },
  library_busy: {
    status: 503,
    exitCode: 1,
    title: "Another process holds the library",
  },
  invalid_embedding: {
    status: 500,
    exitCode: 1,
    title: "An embedding is not a unit vector of the right length",
  },
  model_not_found: {
    status: 503,
    exitCode: 1,
    title: "The model is missing",
  },
  model_unknown: {
    status: 422,
    exitCode: 1,
    title: "The requested model is missing",
  },
  model_damaged: {
    status: 503,
    exitCode: 1,
    title: "The model's files do not match its manifest",
  },
  model_mismatch: {
    status: 409,
    exitCode: 1,
    title: "The library was embedded with another model",
  },
  generation_not_found: { status: 404, exitCode: 1, title: "No such generation of embeddings" },
  generation_filling: { status: 409, exitCode: 1, title: "Another generation of embeddings is being filled" },
  generation_unsound: { status: 409, exitCode: 1, title: "The new generation of embeddings did not pass its audit" },
  vectors_unreadable: { status: 422, exitCode: 1, title: "A file of embeddings cannot be read" },
  vectors_refused: { status: 422, exitCode: 1, title: "Embeddings from elsewhere are not good enough" },
  reindex_running: { status: 409, exitCode: 1, title: "The library is being reindexed" },
  job_not_found: { status: 404, exitCode: 1, title: "No such job" },
  job_state: { status: 409, exitCode: 1, title: "The job's state does not allow this" },
  library_exists: { status: 409, exitCode: 1, title: "There is a library already" },
  backup_damaged: { status: 422, exitCode: 1, title: "The backup is damaged" },
  embedding_failed: {
    status: 503,
    exitCode: 1,
    title: "The embedding workers failed",
  },
  reranking_failed: { status: 503, exitCode: 1, title: "The reranker failed" },
  source_unreachable: {
    status: 503,
    exitCode: 1,
    title: "A source of papers does not answer",
  },
  source_refused: {
    status: 503,
    exitCode: 1,
    title: "A source of papers refuses the request",
  },
  address_forbidden: {
    status: 403,
    exitCode: 1,
    title: "This address is not allowed",
  },
  download_failed: { status: 503, exitCode: 1, title: "A download failed" },
  storage_full: { status: 507, exitCode: 1, title: "There is no space left" },
  storage_failed: { status: 503, exitCode: 1, title: "Storage does not work" },
  timed_out: { status: 503, exitCode: 1, title: "It took too long" },
  cancelled: { status: 503, exitCode: 130, title: "It was cancelled" },
  internal: {
    status: 500,
    exitCode: 1,
    title: "Something went wrong inside Paperkin",
  },
} as const satisfies Record<string, Outcome>;

/** Stable, snake_case; part of the API. */
export type ErrorCode = keyof typeof outcomes;

/** Every code, for documentation and tests. */
export const errorCodes = Object.keys(outcomes) as ErrorCode[];

/** Longer than any file path. Of a longer text without spaces, the beginning is enough to identify it. */
const longestWord = 500;
const [longestBeginning, longestEnd] = [3_000, 500];

/** Input is quoted in messages about it, and may be of any length. */
function shortened(text: string): string {
  if (text.length <= longestWord) return text;
  const told = text.replace(/\S+/g, (word) => (word.length <= longestWord ? word : `${word.slice(0, longestWord).toWellFormed()}…`));
  if (told.length <= longestBeginning + longestEnd) return told;
  return `${told.slice(0, longestBeginning).toWellFormed()} … ${told.slice(-longestEnd).toWellFormed()}`;
}

export class AppError extends Error {
  readonly code: ErrorCode;
  /** What to do about it, as a sentence. Part of what people are shown. */
  readonly mend: string | undefined;
  /** In how many seconds the same request may succeed, if that is known. */
  readonly retryAfterS: number | undefined;

  /** @param message what happened, to which input. */
  constructor(code: ErrorCode, message: string, options: { mend?: string; cause?: unknown; retryAfterS?: number } = {}) {
    super(shortened(message), options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "AppError";
    this.code = code;
    this.mend = options.mend === undefined ? undefined : shortened(options.mend);
    this.retryAfterS = options.retryAfterS;
  }

  get outcome(): Outcome {
    return outcomes[this.code];
  }

  /** Message and mend in one line, as the command line prints it. */
  get explanation(): string {
    return this.mend === undefined ? this.message : `${this.message} ${this.mend}`;
  }
}

/** Why a file cannot be opened: in words for the common cases, else as the system says it. */
export function whyUnopened(cause: unknown): string {
  const code = codeOf(cause);
  if (code === "ENOENT" || code === "ENOTDIR") return "it does not exist";
  if (code === "EACCES" || code === "EPERM") return "this user has no permission to read it";
  return cause instanceof Error ? cause.message : String(cause);
}

/** As {@link toAppError}, for an error thrown while writing to a path that may be on another disk than the library. */
export function toWritingError(thrown: unknown, path: string): AppError {
  const error = toAppError(thrown);
  if (error.code !== "storage_full" || error === thrown) return error;
  return new AppError("storage_full", `There is no space left on the disk where ${path} is to be written.`, {
    mend: "Free some space there, or name a place on another disk. The library is unchanged.",
    cause: thrown,
  });
}

/**
 * For work in a folder of temporary files: if the disk is full, says that it is the one that holds them. @returns what to throw.
 */
export function ofTemporaryFolder(thrown: unknown, folder: string): unknown {
  if (toAppError(thrown).code !== "storage_full") return thrown;
  return new AppError("storage_full", `There is no space left in ${folder}, where temporary files go.`, {
    mend: "Free some space there, or set TMPDIR to a folder on another disk. The library is unchanged.",
    cause: thrown,
  });
}

/** Turns whatever was thrown into an `AppError`. Unknown errors become `internal`, with their cause attached. */
export function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  const code = codeOf(thrown);
  if (code === "ENOSPC" || code === "SQLITE_FULL" || code === "EDQUOT") {
    return new AppError("storage_full", "There is no space left on the disk that holds the library.", {
      mend: "Free some space and try again; nothing that was acknowledged is lost.",
      cause: thrown,
    });
  }
  if (code.startsWith("SQLITE_IOERR") || code === "EIO" || code === "EFBIG") {
    return new AppError("storage_failed", `The disk that holds the library reports an error (${code}).`, {
      mend: "Free some space if there is little; otherwise check the disk. Nothing that was acknowledged before is lost; run `paperkin verify` afterwards.",
      cause: thrown,
    });
  }
  if (code === "EMFILE" || code === "ENFILE") {
    return new AppError("storage_failed", `Too many files are open (${code}).`, {
      mend: "Raise this program's limit (`ulimit -n 1024`, or LimitNOFILE in systemd), and try again.",
      cause: thrown,
    });
  }
  if (code.startsWith("SQLITE_READONLY") || code.startsWith("SQLITE_CANTOPEN") || code === "EROFS") {
    return new AppError("storage_failed", `This user has no permission to write to the library's folder or to a file in it (${code}).`, {
      mend: "Give this user permission to write there, or work on a copy of the folder (--data). Commands that only read work without it.",
      cause: thrown,
    });
  }
  if (code.startsWith("SQLITE_CORRUPT") || code === "SQLITE_NOTADB") {
    return new AppError("library_damaged", "The library's database is damaged.", {
      mend: "Run `paperkin verify`: it says what is wrong, and whether it can be repaired or a backup is needed.",
      cause: thrown,
    });
  }
  if (code.startsWith("SQLITE_BUSY")) {
    return new AppError("library_busy", "Another process kept the library's database locked.", {
      mend: "Wait for it to finish, and try again. If it was suspended (Ctrl-Z), resume or end it.",
      cause: thrown,
    });
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  // How Node reports a client that disconnects during a request: nobody reads the answer, and nothing here has failed.
  if (code === "ECONNRESET" && message === "aborted") {
    return new AppError("invalid_request", "The request ended before all of it had arrived.", { mend: "Send it again.", cause: thrown });
  }
  return new AppError("internal", message, { cause: thrown });
}

/** The code that the system or a library gave an error, such as `ENOENT` or `SQLITE_BUSY`; empty if it has none. */
export function codeOf(thrown: unknown): string {
  if (typeof thrown === "object" && thrown !== null && "code" in thrown && typeof thrown.code === "string") return thrown.code;
  return "";
}
