import { z } from "zod";
import { runRequest } from "../../agent/runs/run-request.ts";
import { toInstant } from "../../core/clock.ts";
import { StewardError, toStewardError } from "../../core/errors.ts";
import { type FoolJob, foolJobKind, foolJobSchema, foolRequest } from "../../core/fool.ts";
import { endJob, isJobWaiting, type Job, takeJob } from "../../store/jobs.ts";
import { lookByExternalId } from "../../store/look-items.ts";
import type { CommandContext } from "../command-context.ts";
import type { OpenHome } from "../open-home.ts";
import { makeRequestDeps } from "../operator/request-deps.ts";

const everyMs = 300;
const doorWaitMs = 8000;

/**
 * Lets a model that obeys whatever it reads meet the mails that were typed to fool the demo, one after the other, until
 * the signal is given. Contract: it has the tools of every request and no other; one that fails is told and the next one taken.
 */
export async function answerFools(
  context: CommandContext,
  home: OpenHome,
  at: { obedientUrl: string; googleUrl: string },
  signal: AbortSignal,
): Promise<void> {
  const baseUrl = at.obedientUrl;
  const obeying = { ...home, config: { ...home.config, model: { ...home.config.model, baseUrl } } };
  const deps = makeRequestDeps(context, obeying, { door: { waitMs: doorWaitMs }, signal });
  while (!signal.aborted) {
    const isThere = await isJobWaiting(home.store, [foolJobKind]);
    const job = isThere ? await home.store.write((tx) => takeJob(tx, [foolJobKind])) : null;
    if (job === null) await context.clock.sleep(everyMs, signal).catch(() => undefined);
    else
      await meet(
        home,
        job,
        async (given) => await meetMail({ context, home, deps, googleUrl: at.googleUrl, signal }, given),
      );
  }
}

async function meet({ store }: OpenHome, job: Job, work: (given: FoolJob) => Promise<void>): Promise<void> {
  try {
    await work(foolJobSchema.parse(job.body));
    await store.write((tx) => endJob(tx, job.id, "done", null));
  } catch (error) {
    const { message } = toStewardError(error, "meeting a mail");
    await store.write((tx) => endJob(tx, job.id, "failed", { message }));
  }
}

interface Meeting {
  context: CommandContext;
  home: OpenHome;
  deps: ReturnType<typeof makeRequestDeps>;
  googleUrl: string;
  signal: AbortSignal;
}

async function meetMail(meeting: Meeting, given: FoolJob): Promise<void> {
  const { runId, wordsId } = given;
  const thread = await deliver(meeting, given);
  const run = await meeting.deps.ofRun(runId);
  if (run === null) return;
  await runRequest(run, {
    ...{ runId, wordsId, text: foolRequest, surface: "page", files: [], threads: [thread], answers: null },
  });
}

const readWithinMs = 30_000;
const delivered = z.object({ ids: z.tuple([z.string()]) });

/** Into her mailbox, and from there as every mail: it is met when it was read. Errors: `unavailable` when it is not. */
async function deliver({ context, home, googleUrl, signal }: Meeting, given: FoolJob): Promise<number> {
  const to = home.config.owner.addresses[0] ?? "";
  const mail = Buffer.from(toMail(given, to, context.clock.now()), "utf8").toString("base64");
  const answer = await context.fetch(`${googleUrl}/_world/mail`, {
    method: "POST",
    body: JSON.stringify({ raw: mail }),
  });
  const [id] = delivered.parse(await answer.json()).ids;
  for (const end = context.clock.now() + readWithinMs; context.clock.now() < end && !signal.aborted; ) {
    const item = await lookByExternalId(home.store, "gmail", id);
    if (item?.threadId != null) return item.threadId;
    await context.clock.sleep(everyMs, signal).catch(() => undefined);
  }
  throw new StewardError("unavailable", "The mail was not read within half a minute.");
}

/** The mail as it would have come: nothing signed it. */
function toMail({ runId, from, subject, text }: FoolJob, to: string, nowMs: number): string {
  const line = (value: string): string => value.replace(/[\r\n]+/g, " ");
  const encoded = Buffer.from(text, "utf8").toString("base64").replace(/.{76}/g, "$&\r\n");
  return [
    `From: ${line(from)}`,
    `To: ${line(to)}`,
    `Subject: =?utf-8?B?${Buffer.from(line(subject), "utf8").toString("base64")}?=`,
    `Date: ${new Date(toInstant(nowMs)).toUTCString()}`,
    `Message-ID: <${runId}@typed.invalid>`,
    "MIME-Version: 1.0",
    "Content-Type: text/plain; charset=utf-8",
    "Content-Transfer-Encoding: base64",
    "",
    encoded,
    "",
  ].join("\r\n");
}
