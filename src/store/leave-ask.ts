import { type AskJob, askJobKind, requestLimits } from "../core/run.ts";
import { addJob } from "./jobs.ts";
import type { Tx } from "./open-store.ts";
import { queueRun } from "./runs.ts";

/** Leaves a request of the owner for the inside, and its run for whoever wants to follow it. The same run twice is one. */
export async function leaveAsk(tx: Tx, job: AskJob): Promise<void> {
  await queueRun(tx, {
    id: job.runId,
    kind: "request",
    parentId: null,
    job,
    text: job.text,
    surface: job.surface,
    limits: requestLimits,
  });
  await addJob(tx, { id: job.runId, kind: askJobKind, body: job });
}
