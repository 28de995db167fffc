/** The schema of library.sqlite as numbered migrations, forward only. Never change one that was released. */

export const migrations: readonly string[] = [
  /* 1 */ `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
  -- One number for each transaction that changes papers or embeddings; whoever follows it misses nothing.
  CREATE TABLE counter (id INTEGER PRIMARY KEY CHECK (id = 1), change INTEGER NOT NULL) STRICT;
  INSERT INTO counter (id, change) VALUES (1, 0);

  -- AUTOINCREMENT: a label is never used again.
  CREATE TABLE papers (
    label INTEGER PRIMARY KEY AUTOINCREMENT,
    paper_id TEXT NOT NULL UNIQUE,
    record TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    title_key TEXT NOT NULL,
    main_title_key TEXT NOT NULL,
    -- What filters compare, derived from the record: first and last day of its date, folded names.
    first_day TEXT,
    last_day TEXT,
    year INTEGER,
    venue_key TEXT NOT NULL,
    authors_key TEXT NOT NULL,
    has_code INTEGER NOT NULL,
    withdrawn INTEGER NOT NULL,
    change INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX papers_change ON papers (change, label);
  CREATE INDEX papers_title ON papers (title_key);
  CREATE INDEX papers_main_title ON papers (main_title_key);
  CREATE INDEX papers_year ON papers (year);
  CREATE INDEX papers_day ON papers (first_day, last_day);

  CREATE TABLE paper_ids (id TEXT PRIMARY KEY, label INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE INDEX paper_ids_label ON paper_ids (label);
  CREATE TABLE paper_categories (category TEXT NOT NULL, label INTEGER NOT NULL, PRIMARY KEY (category, label)) STRICT, WITHOUT ROWID;
  CREATE INDEX paper_categories_label ON paper_categories (label);
  CREATE TABLE paper_sources (source TEXT NOT NULL, label INTEGER NOT NULL, PRIMARY KEY (source, label)) STRICT, WITHOUT ROWID;
  CREATE INDEX paper_sources_label ON paper_sources (label);

  -- What each record of each source said of a paper; the paper is a function of these. The record of a paper's
  -- only contribution is NULL: it is the paper.
  CREATE TABLE contributions (label INTEGER NOT NULL, key TEXT NOT NULL, record TEXT, PRIMARY KEY (label, key)) STRICT, WITHOUT ROWID;

  -- Ids that a record may not claim since its paper was split; * keeps it from being joined by its title.
  CREATE TABLE kept_apart (key TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (key, id)) STRICT, WITHOUT ROWID;

  CREATE TABLE removed (label INTEGER PRIMARY KEY, change INTEGER NOT NULL) STRICT;
  CREATE INDEX removed_change ON removed (change, label);

  CREATE TABLE generations (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    model TEXT NOT NULL,
    dimensions INTEGER NOT NULL,
    preparation INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('live', 'filling', 'retired'))
  ) STRICT;
  CREATE UNIQUE INDEX generations_live ON generations (state) WHERE state = 'live';

  CREATE TABLE embeddings (
    generation INTEGER NOT NULL,
    label INTEGER NOT NULL,
    content_hash TEXT NOT NULL,
    vector BLOB NOT NULL,
    change INTEGER NOT NULL,
    PRIMARY KEY (generation, label)
  ) STRICT;
  CREATE INDEX embeddings_change ON embeddings (generation, change, label);
  CREATE TABLE sentence_embeddings (
    generation INTEGER NOT NULL,
    label INTEGER NOT NULL,
    vectors BLOB NOT NULL,
    PRIMARY KEY (generation, label)
  ) STRICT;

  CREATE TABLE topics (slug TEXT PRIMARY KEY, name TEXT NOT NULL, description TEXT NOT NULL) STRICT;
  -- Work that one process at a time does. A holder is alive while its process is.
  CREATE TABLE leases (work TEXT PRIMARY KEY, pid INTEGER NOT NULL, process_start TEXT NOT NULL, token TEXT NOT NULL) STRICT;
  `,
  /* 2 */ `
  -- How far each fetch from a source has come: what it asked for, and a position that the source reads.
  CREATE TABLE fetch_positions (key TEXT PRIMARY KEY, position TEXT NOT NULL, updated TEXT NOT NULL) STRICT;
  `,
  /* 3 */ `
  -- When a paper came into the library, ISO 8601 in UTC; NULL for those that were there before this was kept.
  ALTER TABLE papers ADD COLUMN added TEXT;
  CREATE INDEX papers_added ON papers (added);

  CREATE TABLE people (name TEXT PRIMARY KEY) STRICT;
  CREATE TABLE api_keys (hash TEXT PRIMARY KEY, prefix TEXT NOT NULL, person TEXT NOT NULL, scope TEXT NOT NULL, created TEXT NOT NULL) STRICT;
  -- Bodies are JSON: nothing in them is searched.
  CREATE TABLE interests (
    person TEXT NOT NULL, id TEXT NOT NULL, created TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (person, id)
  ) STRICT;
  CREATE TABLE feedback (
    person TEXT NOT NULL, paper_id TEXT NOT NULL, kind TEXT NOT NULL, note TEXT, interest TEXT, at TEXT NOT NULL,
    PRIMARY KEY (person, paper_id, kind)
  ) STRICT;
  CREATE INDEX feedback_kind ON feedback (kind, at);
  CREATE TABLE picks (person TEXT NOT NULL, date TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (person, date)) STRICT;
  `,
  /* 4 */ `
  -- The day, else the month, under which a paper is listed: derived from the record, as listingDateOf has it.
  ALTER TABLE papers ADD COLUMN listing_date TEXT;
  UPDATE papers SET listing_date = CASE
    WHEN length(json_extract(record, '$.listed')) = 10 THEN json_extract(record, '$.listed')
    WHEN length(json_extract(record, '$.published')) = 10 THEN json_extract(record, '$.published')
    WHEN length(json_extract(record, '$.listed')) = 7 THEN json_extract(record, '$.listed')
    WHEN length(json_extract(record, '$.published')) = 7 THEN json_extract(record, '$.published')
  END WHERE json_valid(record);
  CREATE INDEX papers_listing ON papers (listing_date, label);
  `,
  /* 5 */ `
  -- Ids of papers that are wanted, of which nothing else is known yet.
  CREATE TABLE wanted_ids (id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
  `,
  /* 6 */ `
  -- How the graph is built, NULL where it is as usual; and the change with which a generation ceased to be live.
  ALTER TABLE generations ADD COLUMN m INTEGER;
  ALTER TABLE generations ADD COLUMN ef_construction INTEGER;
  ALTER TABLE generations ADD COLUMN retired_change INTEGER;
  CREATE UNIQUE INDEX generations_filling ON generations (state) WHERE state = 'filling';
  `,
  /* 7 */ `
  -- What further filters compare, derived from the record; language in lower case.
  ALTER TABLE papers ADD COLUMN published TEXT;
  ALTER TABLE papers ADD COLUMN updated TEXT;
  ALTER TABLE papers ADD COLUMN listed TEXT;
  ALTER TABLE papers ADD COLUMN has_abstract INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE papers ADD COLUMN has_pdf INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE papers ADD COLUMN votes INTEGER;
  ALTER TABLE papers ADD COLUMN citations INTEGER;
  ALTER TABLE papers ADD COLUMN language TEXT;
  UPDATE papers SET
    published = json_extract(record, '$.published'),
    updated = json_extract(record, '$.updated'),
    listed = json_extract(record, '$.listed'),
    has_abstract = coalesce(json_extract(record, '$.abstract'), '') <> '',
    has_pdf = json_extract(record, '$.pdfUrl') IS NOT NULL,
    votes = json_extract(record, '$.votes'),
    citations = json_extract(record, '$.citations'),
    language = lower(json_extract(record, '$.language'))
  WHERE json_valid(record);
  -- Read from end to end instead of the table, whose rows are fifty times as long.
  CREATE INDEX papers_filters ON papers (published, updated, listed, has_abstract, has_pdf, votes, citations, language, has_code, withdrawn, year);
  `,
  /* 8 */ `
  -- Weekdays are digits: 1 is Monday. An id stands for person, channel, address and kind.
  CREATE TABLE subscriptions (
    id TEXT PRIMARY KEY, person TEXT NOT NULL, channel TEXT NOT NULL, address TEXT NOT NULL, kind TEXT NOT NULL,
    weekdays TEXT NOT NULL, hour INTEGER NOT NULL, time_zone TEXT NOT NULL, wants_empty INTEGER NOT NULL,
    created TEXT NOT NULL, confirmed TEXT
  ) STRICT;
  -- Outlives its subscription: who comes back on the same day gets nothing twice.
  CREATE TABLE outbox (
    subscription TEXT NOT NULL, date TEXT NOT NULL, person TEXT NOT NULL, channel TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'sending', 'sent', 'empty', 'failed', 'unknown')),
    step TEXT CHECK (step IN ('connecting', 'data')),
    attempts INTEGER NOT NULL, next_try TEXT, last_error TEXT, message_id TEXT NOT NULL,
    created TEXT NOT NULL, changed TEXT NOT NULL,
    PRIMARY KEY (subscription, date),
    CHECK ((state = 'sending') = (step IS NOT NULL))
  ) STRICT;
  CREATE INDEX outbox_state ON outbox (state, next_try);
  CREATE TABLE feed_tokens (person TEXT PRIMARY KEY, token TEXT NOT NULL UNIQUE) STRICT;
  `,
  /* 9 */ `
  -- With the day, by which news is told from what only came late: the table itself is not read for it.
  DROP INDEX papers_added;
  CREATE INDEX papers_added ON papers (added, last_day);
  `,
  /* 10 */ `
  -- An address opens one feed; nothing ever made one of the former kind. Without an interest: all picks.
  DROP TABLE feed_tokens;
  CREATE TABLE private_feeds (
    hash TEXT PRIMARY KEY, prefix TEXT NOT NULL, person TEXT NOT NULL, interest TEXT, created TEXT NOT NULL
  ) STRICT;
  CREATE INDEX private_feeds_person ON private_feeds (person, created);
  `,
  /* 11 */ `
  -- What the audit found before a generation was made live, as JSON; the tokens that are read of a text, NULL for the
  -- model's length; the last change that a finished checkpoint of it holds.
  ALTER TABLE generations ADD COLUMN audit TEXT;
  ALTER TABLE generations ADD COLUMN truncation INTEGER;
  ALTER TABLE generations ADD COLUMN checkpoint_change INTEGER;
  -- How far a holder has come, as JSON.
  ALTER TABLE leases ADD COLUMN progress TEXT;
  -- Bodies are JSON: nothing in them is searched.
  CREATE TABLE jobs (id TEXT PRIMARY KEY, created TEXT NOT NULL, finished INTEGER NOT NULL, body TEXT NOT NULL) STRICT;
  CREATE TABLE faults (at TEXT NOT NULL, work TEXT NOT NULL, code TEXT NOT NULL, detail TEXT NOT NULL) STRICT;
  `,
  /* 12 */ `
  -- How people sign in to the pages. Of secrets there are hashes; key is that of the API key that began a session.
  CREATE TABLE mailboxes (person TEXT PRIMARY KEY, address TEXT NOT NULL) STRICT;
  CREATE TABLE sign_in_links (hash TEXT PRIMARY KEY, person TEXT NOT NULL, expires TEXT NOT NULL) STRICT;
  CREATE TABLE sessions (
    hash TEXT PRIMARY KEY, prefix TEXT NOT NULL, person TEXT NOT NULL, key TEXT, agent TEXT NOT NULL,
    created TEXT NOT NULL, seen TEXT NOT NULL, expires TEXT NOT NULL
  ) STRICT;
  CREATE INDEX sessions_person ON sessions (person, created);
  `,
  /* 13 */ `
  -- Read by everybody of the service.
  CREATE TABLE comments (id TEXT PRIMARY KEY, paper_id TEXT NOT NULL, person TEXT NOT NULL, text TEXT NOT NULL, created TEXT NOT NULL) STRICT;
  CREATE INDEX comments_paper ON comments (paper_id, created);
  `,
  /* 14 */ `
  -- What people say of answers: whether a paper is relevant for a query as it was asked.
  CREATE TABLE judgments (
    person TEXT NOT NULL, query TEXT NOT NULL, paper_id TEXT NOT NULL, relevant INTEGER NOT NULL, at TEXT NOT NULL,
    PRIMARY KEY (person, query, paper_id)
  ) STRICT;
  `,
  /* 15 */ `
  -- Of the record, or of the bytes; NULL in rows that were written before. Pages of SQLite have none of their own.
  ALTER TABLE papers ADD COLUMN checksum INTEGER;
  ALTER TABLE contributions ADD COLUMN checksum INTEGER;
  ALTER TABLE embeddings ADD COLUMN checksum INTEGER;
  ALTER TABLE sentence_embeddings ADD COLUMN checksum INTEGER;
  `,
  /* 16 */ `
  -- Names are looked through from end to end: here, instead of in rows that are ten times as long. New papers come last.
  CREATE INDEX papers_names ON papers (label, authors_key, venue_key);
  `,
  /* 17 */ `
  -- Keys of titles divide no words any longer, but for two numbers (| stands between those meanwhile) and the article a.
  UPDATE papers SET main_title_key = ${wordsJoined("main_title_key")} WHERE instr(main_title_key, ' ') > 0;
  `,
  /* 18 */ `
  -- What sources call the records that papers are made of (key is that of the contribution, id one of the paper), and when
  -- they told that it was deleted.
  CREATE TABLE source_items (item TEXT PRIMARY KEY, key TEXT NOT NULL, id TEXT NOT NULL, deleted TEXT) STRICT, WITHOUT ROWID;
  CREATE INDEX source_items_key ON source_items (key);
  CREATE INDEX source_items_deleted ON source_items (item) WHERE deleted IS NOT NULL;
  `,
  /* 19 */ `
  -- Of bodies, or of all values of a row; NULL in rows that were written before.
  ALTER TABLE interests ADD COLUMN checksum INTEGER;
  ALTER TABLE picks ADD COLUMN checksum INTEGER;
  ALTER TABLE subscriptions ADD COLUMN checksum INTEGER;
  ALTER TABLE outbox ADD COLUMN checksum INTEGER;
  `,
  /* 20 */ `
  -- In the order of the newest, which was sorted anew each time.
  DROP INDEX papers_day;
  CREATE INDEX papers_day ON papers (first_day DESC, paper_id, last_day);
  `,
  /* 21 */ `
  -- Whatever conditions come together, one of these two holds all that they ask: it is looked through from end to end, and
  -- no row is fetched. New papers come last in both; indexes in the order of values were written all over.
  DROP INDEX papers_title;
  DROP INDEX papers_year;
  DROP INDEX papers_names;
  DROP INDEX papers_filters;
  CREATE INDEX papers_filters ON papers (label, listing_date, year, first_day, last_day, published, updated, listed, has_abstract,
    has_pdf, votes, citations, language, has_code, withdrawn);
  CREATE INDEX papers_names ON papers (label, listing_date, year, first_day, last_day, published, updated, listed, has_abstract,
    has_pdf, votes, citations, language, has_code, withdrawn, title_key, authors_key, venue_key);
  -- What waits to be embedded is counted without fetching papers and vectors.
  DROP INDEX papers_change;
  CREATE INDEX papers_change ON papers (change, label, content_hash);
  CREATE INDEX embeddings_hash ON embeddings (generation, label, content_hash);
  `,
  /* 22 */ `
  -- Names are compared by the letters of A to Z where catalogues write those.
  UPDATE papers SET authors_key = ${withPlainNames("authors_key")} WHERE authors_key GLOB '*[łøđðþħıŋæœß]*';
  `,
  /* 23 */ `
  -- What all people gave the papers of a list, and how much one person wrote, without reading what others said of other papers.
  DROP INDEX feedback_kind;
  CREATE INDEX feedback_paper ON feedback (paper_id, kind, person, at);
  CREATE INDEX comments_person ON comments (person);
  `,
];

/** SQL for a key of names as `nameKey` in `core/author-names.ts` returns it since version 22. */
function withPlainNames(key: string): string {
  const letters = "ł l, ø o, đ d, ð d, þ th, ħ h, ı i, ŋ n, æ ae, œ oe, ß ss".split(", ");
  return letters.map((pair) => pair.split(" ")).reduce((inner, [from, to]) => `replace(${inner}, '${from}', '${to}')`, key);
}

/** SQL for a key of words without the spaces between them, with the result of the former `joinWords` in `core/same-work.ts`. */
function wordsJoined(key: string): string {
  const each = (sql: string, from: (digit: number) => string, to: (digit: number) => string) =>
    Array.from({ length: 10 }, (_, digit) => digit).reduce((inner, digit) => `replace(${inner}, '${from(digit)}', '${to(digit)}')`, sql);
  // Twice: of two consecutive articles, the first match consumes the space of the second.
  const articles = `replace(replace(' ' || ${key}, ' a ', ' a| '), '| a ', '| a| ')`;
  const behindNumbers = each(
    articles,
    (digit) => `${digit} `,
    (digit) => `${digit}_`,
  );
  const betweenNumbers = each(
    behindNumbers,
    (digit) => `_${digit}`,
    (digit) => `|${digit}`,
  );
  return `replace(replace(replace(${betweenNumbers}, '_', ''), ' ', ''), '|', ' ')`;
}
