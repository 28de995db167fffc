/** Schemas of requests and responses that several routes share; the OpenAPI document is generated from them. */
import { z } from "@hono/zod-openapi";
import { type Filters, filtersSchema } from "../core/filters.ts";
import { paperSchema, partialDateSchema } from "../core/paper.ts";
import {
  diversityRule,
  halfLifeRule,
  latestYear,
  minScoreRule,
  mostCount,
  type TextRule,
  wholeNumberRule,
} from "../engine/parameter-rules.ts";
import type { Hit } from "../engine/search/hits.ts";
import { fusions, searchModes } from "../engine/search/rank.ts";
import { longestHalfLifeDays, type Question } from "../engine/search/search-request.ts";
import { matchedFields, type Why } from "../engine/search/why.ts";
import { filterTexts, paperTexts, withTexts } from "./field-texts.ts";

// Wrapped again: the schemas of core/ were created before zod-openapi extended zod.
export const paperModel = z.object(withTexts(paperSchema.shape, paperTexts)).openapi("Paper");
export const filtersModel = z.strictObject(withTexts(filtersSchema.shape, filterTexts)).openapi("Filters");

const armModel = z.object({
  score: z.number().nullable(),
  rank: z.number().int().nullable().openapi({ description: "From 1 among the arm's candidates; null if it is not among them." }),
});

export const rerankModel = z.object({
  score: z.number().openapi({ description: "Log-odds that the paper answers the query, as the reranker says." }),
  before: z.number().int().openapi({ description: "Its place among the hits before, from 1." }),
});

export const recencyModel = z.object({
  ageDays: z.number().int().nullable().openapi({ description: "Null without a date." }),
  factor: z.number().openapi({ description: "What the score was multiplied by." }),
});

const whyModel = z
  .object({
    terms: z
      .array(
        z.object({
          term: z.string().openapi({ description: "The stem that is looked up." }),
          words: z.array(z.string()).openapi({ description: "The word as written in the query." }),
          fields: z.array(z.enum(matchedFields)),
        }),
      )
      .openapi({ description: "Terms of the query that the paper contains." }),
    semantic: armModel.openapi({ description: "Meaning: cosine with the query after feedback, and rank." }),
    lexical: armModel.openapi({ description: "Words: BM25, and rank." }),
    alpha: z.number().nullable().openapi({ description: "The weight of meaning against words; null if they are not weighted." }),
    recency: recencyModel.optional(),
    placeByScore: z.number().int().optional().openapi({ description: "Its rank without diversity." }),
    rerank: rerankModel.optional().openapi({ description: "The reranker's result, for papers that it read." }),
  })
  .openapi("Why");

export const hitModel = z
  .object({
    paper: paperModel,
    score: z.number().openapi({
      description: "Higher is better; comparable within one answer only.",
    }),
    scores: z.object({
      semantic: z.number().optional().openapi({ description: "Cosine with the query." }),
      lexical: z.number().optional().openapi({ description: "BM25; 0 where no word matches." }),
    }),
    exact: z
      .enum(["id", "title", "author", "venue"])
      .optional()
      .openapi({ description: "The query is this paper's id, its title, an author of it, or its venue and year." }),
    namedAuthor: z.string().optional().openapi({ description: "In a search: the author of this paper whom the query names." }),
    sentence: z
      .object({
        text: z.string(),
        marks: z.array(z.array(z.number().int()).length(2)).openapi({
          description: "Places of matched words: start and end, in UTF-16 code units.",
        }),
      })
      .optional()
      .openapi({
        description: "The sentence of the abstract that answers best.",
      }),
    copies: z.array(z.string()).optional().openapi({ description: "With `collapse`: the ids of the copies that this hit represents." }),
    why: whyModel.optional().openapi({ description: "The components of its rank; for searches only." }),
  })
  .openapi("Hit");

/** Copies the arrays, since the schema requires mutable ones. */
export function hitBody(hit: Hit): z.input<typeof hitModel> {
  const { sentence, copies, why, ...rest } = hit;
  return {
    ...rest,
    ...(sentence === undefined ? {} : { sentence: { text: sentence.text, marks: sentence.marks.map((mark) => [...mark]) } }),
    ...(copies === undefined ? {} : { copies: [...copies] }),
    ...(why === undefined ? {} : { why: whyBody(why) }),
  };
}

function whyBody({ terms, ...rest }: Why): z.input<typeof whyModel> {
  return { ...rest, terms: terms.map(({ term, words, fields }) => ({ term, words: [...words], fields: [...fields] })) };
}

export const modeSchema = z
  .enum(searchModes)
  .default("hybrid")
  .openapi({ description: "`hybrid` (meaning and words), or one of them alone." });
export const fusionSchema = z.enum(fusions).default("convex").openapi({
  description: "How the two are joined in hybrid mode: `convex` weighs their scaled scores, `rrf` adds reciprocal ranks.",
});
const papersToReturn = { description: "Papers to return." };
/** For request bodies. */
export const limitSchema = z.number().int().min(1).max(100).default(10).openapi(papersToReturn);
export const limitParameter = wholeNumber(1, 100)
  .default(10)
  .openapi({ ...papersToReturn, default: 10 });
export const offsetParameter = wholeNumber(0).default(0).openapi({ description: "Papers to skip.", default: 0 });

/** A number as text. The empty text is not a number; coercion would turn it into 0. */
function numberOf(kind: "integer" | "number", rule: TextRule) {
  return z
    .string({ error: "it may be given only once" })
    .superRefine((text, context) => {
      const message = rule(text);
      if (message !== undefined) context.addIssue({ code: "custom", message });
    })
    .transform(Number)
    .openapi({ type: kind });
}

/** An integer parameter. */
export function wholeNumber(least: number, most = Number.MAX_SAFE_INTEGER) {
  return numberOf("integer", wholeNumberRule(least, most)).openapi({
    minimum: least,
    ...(most < Number.MAX_SAFE_INTEGER ? { maximum: most } : {}),
  });
}

/** A boolean parameter. */
export const flag = z
  .enum(["true", "false"])
  .optional()
  .transform((value) => (value === undefined ? undefined : value === "true"))
  .openapi({ type: "boolean" });

/** The parameters for the order of results. */
const orderParameters = z.object({
  halfLifeDays: numberOf("number", halfLifeRule).optional().openapi({
    exclusiveMinimum: 0,
    maximum: longestHalfLifeDays,
    description:
      "Newer papers first, by degrees: each score is multiplied by 2^(−age in days / this). A paper without a date counts as very old.",
  }),
  asOf: z.string().optional().openapi({ format: "date", description: "The day from which ages are counted; today by default." }),
  minScore: numberOf("number", minScoreRule).optional().openapi({
    description: "Leaves out papers with a lower score; `total` then counts the ranked papers that reach it.",
  }),
  diversity: numberOf("number", diversityRule).optional().openapi({
    minimum: 0,
    maximum: 1,
    description: "0 to 1: the weight of being unlike the papers above against the score, among the first 200. Scores do not change.",
  }),
  collapse: flag.openapi({ description: "Copies of one work (by title, authors and year) become one hit; `total` counts them all." }),
  rerank: flag.openapi({
    description:
      "Whether the reranker reads the first 50 papers and reorders them; scores do not change. By default it does so in hybrid mode if one is set up.",
  }),
});

/** A parameter that may be repeated; any of its values may match. */
const several = z
  .union([z.string(), z.array(z.string())])
  .optional()
  .transform((value) => (value === undefined ? undefined : Array.isArray(value) ? value : [value]))
  .refine((values) => values?.every((value) => value.trim() !== "") ?? true, "it is empty")
  .openapi({ type: "array", items: { type: "string", minLength: 1 } });

const dateParameter = partialDateSchema.optional();
const countParameter = wholeNumber(0, mostCount).optional();
const yearParameter = wholeNumber(0, latestYear).optional();

/** {@link filtersSchema} as query parameters. */
export const filterParameters = z.object({
  from: dateParameter.openapi({ description: filterTexts.from }),
  to: dateParameter.openapi({ description: filterTexts.to }),
  publishedFrom: dateParameter.openapi({ description: filterTexts.publishedFrom }),
  publishedTo: dateParameter.openapi({ description: filterTexts.publishedTo }),
  updatedFrom: dateParameter.openapi({ description: filterTexts.updatedFrom }),
  updatedTo: dateParameter.openapi({ description: filterTexts.updatedTo }),
  listedFrom: dateParameter.openapi({ description: filterTexts.listedFrom }),
  listedTo: dateParameter.openapi({ description: filterTexts.listedTo }),
  yearFrom: yearParameter.openapi({ description: filterTexts.yearFrom }),
  yearTo: yearParameter.openapi({ description: filterTexts.yearTo }),
  venue: several.openapi({ description: filterTexts.venues }),
  category: several.openapi({ description: filterTexts.categories }),
  source: several.openapi({ description: filterTexts.sources }),
  author: several.openapi({ description: filterTexts.authors }),
  language: several.openapi({ description: filterTexts.languages }),
  hasCode: flag.openapi({ description: filterTexts.hasCode }),
  hasAbstract: flag.openapi({ description: filterTexts.hasAbstract }),
  hasPdf: flag.openapi({ description: filterTexts.hasPdf }),
  minVotes: countParameter.openapi({ description: filterTexts.minVotes }),
  minCitations: countParameter.openapi({ description: filterTexts.minCitations }),
});

/** Throws zod's error for values that `filtersSchema` refuses. */
export function filtersOfParameters(parameters: z.output<typeof filterParameters>): Filters {
  const { venue, category, source, author, language, ...rest } = parameters;
  return filtersSchema.parse({ ...rest, venues: venue, categories: category, sources: source, authors: author, languages: language });
}

/** A paper's id in a path; it may contain slashes. */
export const idParameter = z.object({
  id: z
    .string()
    .min(1)
    .openapi({
      param: { name: "id", in: "path" },
      example: "arXiv:1706.03762",
      description: "Any known id: arXiv, DOI, PMID, an address, …; slashes may be raw or encoded.",
    }),
});

/** A named model, or null. `nullable()` would change the named model itself, and so all of its uses. */
export function orNull<T extends z.ZodType>(model: T) {
  return z.union([model, z.null()]);
}

/** @param example of a body, for the documentation. */
export function jsonBody<T extends z.ZodType>(schema: T, description: string, example?: z.input<T>) {
  return { description, content: { "application/json": example === undefined ? { schema } : { schema, example } } };
}

/** The query, its filters and the order of results, as parameters. */
export const questionParameters = z.object({
  q: z.string().max(10_000).default("").openapi({
    example: "how do transformers handle long documents",
    description: "The query in plain language, with conditions such as `year:2019..2023`; without one, the newest papers.",
  }),
  ...filterParameters.shape,
  ...orderParameters.shape,
  unseen: flag.openapi({ description: "Leaves out what the person who asks has seen, saved or dismissed." }),
  mode: modeSchema,
  fusion: fusionSchema,
});

/** @param person the person who is asking. Throws zod's error for invalid filters. */
export function questionOfParameters(parameters: z.output<typeof questionParameters>, person: string): Question {
  const { q, mode, fusion, unseen, halfLifeDays, asOf, minScore, diversity, collapse, rerank, ...filters } = parameters;
  return {
    query: q,
    mode,
    fusion,
    halfLifeDays,
    asOf,
    minScore,
    diversity,
    collapse,
    rerank,
    filters: filtersOfParameters(filters),
    unseenBy: unseen === true ? person : undefined,
  };
}
