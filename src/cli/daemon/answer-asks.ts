import { setTimeout } from "node:timers/promises";
import { listLeftRequests, refuseRequest, runRequest } from "../../agent/runs/run-request.ts";
import { toInstant } from "../../core/clock.ts";
import { toStewardError } from "../../core/errors.ts";
import { type AskJob, askJobKind, askJobSchema } from "../../core/run.ts";
import { endJob, isJobWaiting, type Job, takeJob } from "../../store/jobs.ts";
import { claimRun } from "../../store/runs.ts";
import { noModelWords, type RequestDeps } from "../operator/request-deps.ts";

const lookEveryMs = 250;
const lookForLeftEveryLooks = 40;
const atOnce = 2;
const leaseMs = 20_000;

export interface AnswerAsks {
  deps: RequestDeps;
  self: string;
  signal: AbortSignal;
  say(line: string): void;
  log(line: string): void;
}

/**
 * Works on the requests of the owner as they come, two at once, and on those a process left behind. Contract: never throws for one of
 * them; returns when the signal is given and what was being worked on is written down, unfinished, for whoever comes next.
 */
export async function answerAsks(asks: AnswerAsks): Promise<void> {
  const { deps, signal } = asks;
  const working = new Map<string, Promise<void>>();
  let lastFault = "";
  const begin = (job: AskJob, jobId: string | null): void => {
    if (working.has(job.runId)) return;
    const done = answerOne(asks, job, jobId).finally(() => working.delete(job.runId));
    working.set(job.runId, done);
  };
  for (let looks = 0; !signal.aborted; looks += 1) {
    try {
      if (looks % lookForLeftEveryLooks === 0) {
        for (const job of (await listLeftRequests(deps)).slice(0, atOnce - working.size)) begin(job, null);
      }
      while (working.size < atOnce) {
        const taken = await takeAsk(deps);
        if (taken === null) break;
        if (taken.asked !== null) begin(taken.asked, taken.id);
      }
      lastFault = "";
    } catch (error) {
      const { code } = toStewardError(error, "looking for requests");
      if (code !== lastFault) asks.log(`Requests cannot be looked for: ${code}.`);
      lastFault = code;
    }
    // By the machine's time: the owner waits in it, whatever moment a demo or a test is set to.
    await setTimeout(lookEveryMs, undefined, { signal }).catch(() => undefined);
  }
  await Promise.all(working.values());
}

/** Takes job and run in one go, so that no crash leaves one without the other. */
async function takeAsk({ store, clock, lease }: RequestDeps): Promise<{ id: string; asked: AskJob | null } | null> {
  if (!(await isJobWaiting(store, [askJobKind]))) return null;
  return await store.write(async (tx) => {
    const job: Job | null = await takeJob(tx, [askJobKind]);
    if (job === null) return null;
    const asked = askJobSchema.safeParse(job.body);
    if (!asked.success) {
      await endJob(tx, job.id, "failed", { error: "It cannot be read as a request." });
      return { id: job.id, asked: null };
    }
    await claimRun(tx, asked.data.runId, { ...lease, untilAt: toInstant(clock.now() + leaseMs) });
    return { id: job.id, asked: asked.data };
  });
}

async function answerOne({ deps, self, say, log }: AnswerAsks, job: AskJob, jobId: string | null): Promise<void> {
  try {
    const run = await deps.ofRun(job.runId);
    if (run === null) await refuseRequest(deps, job, noModelWords(self));
    else {
      const { state } = await runRequest(run, job);
      if (state !== "running") await deps.ended(job.runId);
      say(`A request was worked on: ${state}. ${self} runs show ${job.runId.slice(-8)}`);
    }
    if (jobId !== null) await deps.store.write((tx) => endJob(tx, jobId, "done", { runId: job.runId }));
  } catch (error) {
    const named = toStewardError(error, "working on a request");
    log(`run ${job.runId}: ${named.code}: ${named.message}`);
  }
}
