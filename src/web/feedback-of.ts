/** Reads a person's feedback on the papers of a list. */
import type { Context } from "hono";
import type { Paper } from "../core/paper.ts";
import type { Engine } from "../engine/engine.ts";
import type { FeedbackOfList } from "./feedback-form.tsx";

/** @param back the address that the buttons return to; by default the current page. */
export type FeedbackOf = (c: Context, shown: readonly { readonly paper: Paper }[], back?: string) => Promise<FeedbackOfList>;

/** @param personOf the name of the person who sends the request. */
export function feedbackReader(engine: Engine, personOf: (c: Context) => string): FeedbackOf {
  return async (c, shown, back) => {
    const { pathname, search } = new URL(c.req.url);
    const papers = shown.map(({ paper }) => paper);
    return { saidOf: await engine.person(personOf(c)).saidOf(papers), back: back ?? pathname + search };
  };
}
