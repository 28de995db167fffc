/**
 * Papers like a text, or like a set of papers: requested by address if that is short enough, otherwise by form. A pasted text never becomes
 * part of an address, since it may be a draft: its fields travel with the feedback on a paper, and a 307 requests the list again.
 */
import { type Context, Hono } from "hono";
import { AppError } from "../core/errors.ts";
import type { Engine } from "../engine/engine.ts";
import type { Hit } from "../engine/search/hits.ts";
import { explainable } from "./explainable.ts";
import type { FeedbackOfList } from "./feedback-form.tsx";
import type { FeedbackOf } from "./feedback-of.ts";
import { fieldsOf } from "./form-fields.ts";
import { linesOf } from "./form-lines.ts";
import { documentOf } from "./layout.tsx";
import { pageSize } from "./search-form.ts";
import { longestText, type SimilarForm, SimilarPage, similarHref } from "./similar-page.tsx";

/**
 * Enough for ids and a sentence or two, in characters. A pasted abstract, perhaps an unpublished draft, must not end up in histories and
 * proxy logs.
 */
const longestAddress = 1_000;

export function createSimilarApp(engine: Engine, feedbackOf: FeedbackOf): Hono {
  const app = new Hono({ strict: false });
  app.get("/similar", (c) => {
    const form = { text: c.req.query("text") ?? "", like: c.req.query("like") ?? "", unlike: c.req.query("unlike") ?? "" };
    return answerKin(c, engine, form, (hits) => feedbackOf(c, hits));
  });
  app.post("/similar", async (c) => {
    const field = await fieldsOf(c);
    const form = { text: field("text"), like: field("like"), unlike: field("unlike") };
    const address = similarHref(form);
    if (address.length <= longestAddress) return c.redirect(`${address}#results`, 303);
    return await answerKin(c, engine, form, async (hits) => ({ ...(await feedbackOf(c, hits)), carried: { ...form } }));
  });
  return app;
}

/** A text alone is searched for; together with papers, it is one of the examples. */
async function answerKin(
  c: Context,
  engine: Engine,
  form: SimilarForm,
  feedbackOf: (hits: readonly Hit[]) => Promise<FeedbackOfList>,
): Promise<Response> {
  const text = form.text.trim();
  const [positive, negative] = [linesOf(form.like), linesOf(form.unlike)];
  const isAsked = text !== "" || positive.length > 0;
  if (!isAsked && negative.length === 0) return c.html(documentOf(c, <SimilarPage form={form} hits={undefined} />));
  try {
    if (!isAsked)
      throw new AppError("invalid_request", "Nothing says what the papers should be like.", {
        mend: "Add a text, or papers like these: the others only push away.",
      });
    if (text.length > longestText) throw new AppError("invalid_request", `The text has more than ${longestText} characters.`);
    const hits =
      positive.length === 0 && negative.length === 0
        ? await engine.similarToText(text, { limit: pageSize }, c.req.raw.signal)
        : await engine.recommend({ positive, negative, query: text, limit: pageSize }, c.req.raw.signal);
    return c.html(documentOf(c, <SimilarPage form={form} hits={hits} feedback={await feedbackOf(hits)} />));
  } catch (thrown) {
    const error = explainable(thrown);
    return c.html(documentOf(c, <SimilarPage form={form} hits={undefined} problem={error.explanation} />), error.outcome.status);
  }
}
