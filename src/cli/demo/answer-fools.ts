import { runRequest } from "../../agent/runs/run-request.ts";
import { toInstant } from "../../core/clock.ts";
import { toStewardError } from "../../core/errors.ts";
import { type FoolJob, foolJobKind, foolJobSchema, foolRequest } from "../../core/fool.ts";
import { takePushed } from "../../intake/take-pushed.ts";
import { endJob, isJobWaiting, type Job, takeJob } from "../../store/jobs.ts";
import { threadOfItem } from "../../store/thread-views.ts";
import type { CommandContext } from "../command-context.ts";
import type { OpenHome } from "../open-home.ts";
import { makeRequestDeps } from "../operator/request-deps.ts";

const everyMs = 300;
const doorWaitMs = 8000;

/**
 * Lets a model that obeys whatever it reads (at `baseUrl`) meet the mails that were typed to fool the demo, one after the other, until
 * the signal is given. Contract: it has the tools of every request and no other; one that fails is told and the next one taken.
 */
export async function answerFools(
  context: CommandContext,
  home: OpenHome,
  baseUrl: string,
  signal: AbortSignal,
): Promise<void> {
  const obeying = { ...home, config: { ...home.config, model: { ...home.config.model, baseUrl } } };
  const deps = makeRequestDeps(context, obeying, { door: { waitMs: doorWaitMs }, signal });
  while (!signal.aborted) {
    const isThere = await isJobWaiting(home.store, [foolJobKind]);
    const job = isThere ? await home.store.write((tx) => takeJob(tx, [foolJobKind])) : null;
    if (job === null) await context.clock.sleep(everyMs, signal).catch(() => undefined);
    else await meet(home, job, async (given) => await meetMail(home, deps, given, context.clock.now()));
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

async function meetMail(
  home: OpenHome,
  deps: ReturnType<typeof makeRequestDeps>,
  given: FoolJob,
  nowMs: number,
): Promise<void> {
  const { store } = home;
  const { runId, wordsId } = given;
  const source = { id: "fool", connector: "given", kind: "mail", location: "fool", label: "Typed here", config: {} };
  const [item = 0] = await takePushed(store, source, [
    {
      format: "mail",
      externalId: runId,
      bytes: new TextEncoder().encode(toMail(given, home.config.owner.addresses[0] ?? "", nowMs)),
      hints: {},
      locator: { path: `fool/${runId}`, offset: null },
    },
  ]);
  const thread = await threadOfItem(store, item);
  const run = await deps.ofRun(runId);
  if (run === null) return;
  const threads = thread === null ? [] : [thread];
  await runRequest(run, { runId, wordsId, text: foolRequest, surface: "page", files: [], threads, answers: null });
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
