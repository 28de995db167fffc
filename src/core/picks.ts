/** The papers chosen for a person for a date, with their reasons: once stored, they stay the same. */
import { z } from "zod";

const nearestSchema = z.object({ paperId: z.string(), title: z.string(), cosine: z.number() });

export const pickSchema = z.object({
  paperId: z.string(),
  /** Higher is better; comparable only within one interest. */
  score: z.number(),
  /** The interest that it fits best; none for an exploration. */
  interest: z.object({ id: z.string(), name: z.string() }).optional(),
  reason: z.object({
    /** The examples that it is nearest to, nearest first. */
    nearest: z.array(nearestSchema),
    /** Its words that the interest holds too, weightiest first. */
    terms: z.array(z.string()),
    /** The conditions of the interest, which it meets. */
    conditions: z.string().optional(),
    /** The paper is new since this day, the first one whose papers were considered. Undefined for what a new interest starts with. */
    newSince: z.string().optional(),
    /** Neither an example nor a shared word explains it: it is near to the words of the interest in meaning. */
    byMeaning: z.boolean().optional(),
  }),
  /** Chosen from outside of the interests, to see what else there is. */
  exploration: z.boolean().optional(),
});
export type Pick = z.infer<typeof pickSchema>;

export const picksSchema = z.object({
  /** `YYYY-MM-DD`. */
  date: z.string(),
  /**
   * The first day whose papers were considered; empty if everything that was picked comes from the whole library, as what new interests
   * start with.
   */
  since: z.string(),
  /** When they were made, ISO 8601 in UTC. */
  made: z.string(),
  /** When the picks of interests that began later on the day were appended. */
  extended: z.string().optional(),
  /** The model and the generation of embeddings that they were made with. */
  model: z.string(),
  generation: z.number().int(),
  /** How many papers there were to choose from. */
  candidates: z.number().int(),
  picks: z.array(pickSchema),
  /** Interests for which nothing was good enough. */
  quiet: z.array(z.object({ id: z.string(), name: z.string() })),
  /** Set while many papers wait for their embedding: the final picks are made once they have it, or when the day is over. */
  early: z.boolean().optional(),
});
export type Picks = z.infer<typeof picksSchema>;
