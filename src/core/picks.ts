/** The papers chosen for a person for a date, with their reasons: made once, and then the same for ever. */
import { z } from "zod";

const nearestSchema = z.object({ paperId: z.string(), title: z.string(), cosine: z.number() });

export const pickSchema = z.object({
  paperId: z.string(),
  /** Higher is better; comparable within one interest only. */
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
    /** It is new since this day: the first one whose papers were looked at. None for what an interest begins with. */
    newSince: z.string().optional(),
    /** No example and no shared word says why: it is near to the words of the interest in meaning. */
    byMeaning: z.boolean().optional(),
  }),
  /** Chosen from outside of the interests, to see what else there is. */
  exploration: z.boolean().optional(),
});
export type Pick = z.infer<typeof pickSchema>;

export const picksSchema = z.object({
  /** `YYYY-MM-DD`. */
  date: z.string(),
  /** The first day whose papers were looked at; empty where all that was picked is what interests begin with, of the whole library. */
  since: z.string(),
  /** When they were made, ISO 8601 in UTC. */
  made: z.string(),
  /** When those of interests that began later on the day were made, behind the others. */
  extended: z.string().optional(),
  /** The model and the generation of embeddings that they were made with. */
  model: z.string(),
  generation: z.number().int(),
  /** How many papers there were to choose from. */
  candidates: z.number().int(),
  picks: z.array(pickSchema),
  /** Interests for which nothing was good enough. */
  quiet: z.array(z.object({ id: z.string(), name: z.string() })),
  /** Set while papers wait for their embedding in numbers: what is kept is made once they have it, or when the day is over. */
  early: z.boolean().optional(),
});
export type Picks = z.infer<typeof picksSchema>;
