/** The progress of long-running work in responses. */
import { z } from "@hono/zod-openapi";
import type { WorkProgress } from "../core/upkeep.ts";
import { secondsLeft } from "../engine/generations/work-progress.ts";

export const progressModel = z.object({
  stage: z.string(),
  done: z.number().int(),
  total: z.number().int(),
  perSecond: z.number(),
  secondsLeft: z.number().optional().openapi({ description: "Of this stage." }),
});

/** A field `progress`, if there is any progress. */
export function progressField(progress: WorkProgress | undefined): { progress?: z.input<typeof progressModel> } {
  if (progress === undefined) return {};
  const left = secondsLeft(progress);
  return { progress: left === undefined ? progress : { ...progress, secondsLeft: left } };
}
