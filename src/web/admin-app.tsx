/** The admin page, and the actions of its buttons. */
import { type Context, Hono } from "hono";
import { AppError, toAppError } from "../core/errors.ts";
import type { Job, ReindexRequest } from "../core/job.ts";
import type { Engine } from "../engine/engine.ts";
import { graphOf, reindexLimits } from "../engine/generations/reindex-request.ts";
import { emptyReindexForm, type ReindexForm } from "./admin-generations.tsx";
import { AdminPage, type AdminView } from "./admin-page.tsx";
import { fieldsOf, sentFormOf } from "./form-fields.ts";
import { documentOf } from "./layout.tsx";
import { newOnce, OnceOnly } from "./once-only.ts";

/** Information that the engine does not have. */
export interface AdminOptions {
  /** The installed models. */
  readonly models: () => Promise<readonly string[]>;
  readonly schedules: AdminView["schedules"];
}

/** Every address requires an `admin` key, which `http/identity.ts` enforces. */
export function createAdminApp(engine: Engine, { models, schedules }: AdminOptions = { models: async () => [], schedules: [] }): Hono {
  const app = new Hono({ strict: false });
  const reindexes = new OnceOnly<Job>();

  async function show(c: Context, form: ReindexForm, error?: AppError): Promise<Response> {
    const view = {
      status: await engine.status(),
      jobs: await engine.jobs.list(),
      heldUpBy: engine.jobs.heldUpBy?.explanation,
      faults: await engine.library.faults(),
      models: await models(),
      schedules,
      people: await engine.people(),
    };
    const isFormOpen = form !== emptyReindexForm || c.req.query("reindex") === "1";
    const isHeld = c.req.query("still") === "1";
    const sure = c.req.query("sure");
    return c.html(
      documentOf(
        c,
        <AdminPage
          view={view}
          form={form}
          isFormOpen={isFormOpen}
          isHeld={isHeld}
          sure={sure}
          once={newOnce()}
          problem={error?.explanation}
        />,
      ),
      error?.outcome.status ?? 200,
    );
  }

  /** Performs the action of a button, and shows the page again, with the problem if there was one. */
  async function act(c: Context, work: () => Promise<unknown>, form = emptyReindexForm): Promise<Response> {
    try {
      await work();
      return c.redirect("/admin", 303);
    } catch (thrown) {
      const error = toAppError(thrown);
      if (error.code === "internal") throw error;
      return await show(c, form, error);
    }
  }

  app.get("/admin", (c) => show(c, emptyReindexForm));
  app.post("/admin/reindex", async (c) => {
    const sent = await sentFormOf(c);
    const form = formOf(sent);
    const once = typeof sent.once === "string" ? sent.once : "";
    return await act(c, () => reindexes.of(once, [form], () => engine.jobs.addReindex(requestOf(form))), form);
  });
  app.post("/admin/verify", (c) => act(c, () => engine.jobs.addVerify()));
  app.post("/admin/rollback", async (c) => {
    const from = (await fieldsOf(c))("from");
    return await act(c, () => engine.rollBack(from === "" ? undefined : Number(from)));
  });
  app.post("/admin/prune", (c) => act(c, () => engine.pruneGenerations(0)));
  app.post("/admin/drop", (c) => act(c, () => engine.dropUnfinished()));
  for (const action of ["pause", "resume", "cancel"] as const)
    app.post(`/admin/jobs/:id/${action}`, (c) => act(c, () => engine.jobs[action](c.req.param("id"))));
  return app;
}

function formOf(body: Record<string, unknown>): ReindexForm {
  const field = (name: string) => (typeof body[name] === "string" ? body[name].trim().slice(0, 200) : "");
  return {
    model: field("model"),
    M: field("M"),
    efConstruction: field("efConstruction"),
    truncation: field("truncation"),
    keep: field("keep"),
    workers: field("workers"),
    isNew: field("new") === "true",
  };
}

/** Throws `invalid_request`. */
function requestOf(form: ReindexForm): ReindexRequest {
  const number = (name: keyof typeof reindexLimits): number | undefined => {
    const text = form[name];
    if (text === "") return undefined;
    const { least, most } = reindexLimits[name];
    const value = Number(text);
    if (!Number.isInteger(value) || value < least || value > most)
      throw new AppError("invalid_request", `${name} is “${text}”; it is a whole number from ${least} to ${most}.`);
    return value;
  };
  if (form.model !== "" && !/^\w[\w.-]*\/\w[\w.-]*$/.test(form.model))
    throw new AppError("invalid_request", `The model is “${form.model}”; a model id is owner/name.`);
  return {
    model: form.model === "" ? undefined : form.model,
    graph: graphOf(number("M"), number("efConstruction")),
    truncation: number("truncation"),
    workers: number("workers"),
    keep: number("keep") ?? 1,
    fresh: form.isNew,
  };
}
