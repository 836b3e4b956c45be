import { setTimeout } from "node:timers/promises";
import { toInstant } from "../../core/clock.ts";
import { type Config, toOwner } from "../../core/config.ts";
import { errorExitCodes, type StewardError, toStewardError } from "../../core/errors.ts";
import { plural } from "../../core/plural.ts";
import { forScreen } from "../../core/untrusted.ts";
import { openEventLog } from "../../daemon/event-log.ts";
import { loadConfig } from "../../daemon/home.ts";
import { pollIntervalMs, unknownPollNames } from "../../daemon/poll-intervals.ts";
import { type PollDeps, runPollLoop } from "../../daemon/poll-loop.ts";
import type { PollTarget } from "../../daemon/poll-schedule.ts";
import { createIntake, type ImportProgress, type ImportReport, type Intake } from "../../intake/intake.ts";
import {
  getHealth,
  listPolledSources,
  type PolledSource,
  saveHealth,
  saveSchedule,
} from "../../store/source-health.ts";
import { getSource } from "../../store/sources.ts";
import { proposeByRule } from "../../triage/propose-by-rule.ts";
import { bringUpToDate, newsIn } from "../bring-up-to-date.ts";
import type { CommandContext } from "../command-context.ts";
import { connectorDeps, loadGuardedConnectors } from "../connector-deps.ts";
import { draftNews } from "../drafting/draft-news.ts";
import { judgeWithModel } from "../judge-with-model.ts";
import type { OpenHome } from "../open-home.ts";
import { makeRequestDeps } from "../operator/request-deps.ts";
import { tidyMemory } from "../operator/tidy-memory.ts";
import { answerAsks } from "./answer-asks.ts";
import { progressWords, readingWords } from "./event-words.ts";
import { type JudgeSoon, makeJudgeSoon } from "./judge-soon.ts";

/** Everything the inside works with. */
interface Inside {
  context: CommandContext;
  home: OpenHome;
  intake: Intake;
  /** Connectors that read what lies on this computer. */
  local: ReadonlySet<string>;
  judge: JudgeSoon;
  /** A model looks again at what was judged and drafts answers; its calls keep no judging waiting. */
  drafts: JudgeSoon;
  say(line: string): void;
  log(line: string): void;
}

/** At most four calls of an account are in flight whatever its sources do; the disk serves one reader best. */
const sourcesOfAnAccount = 4;
const filesAtOnce = 1;
const hopelessWaitMs = 15 * 60_000;

/**
 * Keeps every registered source in step until the signal is given, and judges what came within seconds. `say` gets one line an
 * event, for a person. Contract: one source that fails leaves the others running; everything is also in the home's log.
 */
export async function runInside(
  context: CommandContext,
  home: OpenHome,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<void> {
  const inside = await openInside(context, home, { say, signal });
  try {
    const sources = await listPolledSources(home.store);
    inside.say(`Watching ${plural(sources.length, "source")}.`);
    await withRequests(inside, signal, () => runPollLoop(pollDeps(inside), signal));
    await inside.judge.settled();
    await inside.drafts.settled();
    inside.say("Stopped.");
  } finally {
    await inside.intake.close();
  }
}

const doorWaitMs = 8000;

/** Works on the owner's requests beside the work, and no longer than it lasts. */
async function withRequests(inside: Inside, signal: AbortSignal, work: () => Promise<void>): Promise<void> {
  const { context, home, say, log } = inside;
  const ended = new AbortController();
  const both = AbortSignal.any([signal, ended.signal]);
  const deps = makeRequestDeps(context, home, { door: { waitMs: doorWaitMs }, signal: both });
  const answering = answerAsks({ deps, self: context.self, signal: both, say, log });
  const tidying = tidyAtNight(inside, both);
  try {
    await work();
  } finally {
    ended.abort();
    await Promise.all([answering, tidying]);
  }
}

const tidyEveryMs = 15 * 60_000;

async function tidyAtNight({ context, home, say }: Inside, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    // By the machine's time, as whoever sleeps.
    await setTimeout(tidyEveryMs, undefined, { signal, ref: false }).catch(() => undefined);
    if (signal.aborted) return;
    await tidyMemory(context, home, { say, signal }).catch((error: unknown) => say(`Tidying: ${faultWords(error)}`));
  }
}

/** Reads every source that may be read once, judges, and returns the exit code: for cron, and for whoever wants no daemon. */
export async function runInsideOnce(
  context: CommandContext,
  home: OpenHome,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<number> {
  const inside = await openInside(context, home, { say, signal });
  const codes: number[] = [];
  try {
    const sources = await listPolledSources(home.store);
    const lanes = Map.groupBy(sources, (source) => (inside.local.has(source.connector) ? "files" : source.id));
    const reading = [...lanes.values()].map(async (lane) => {
      for (const { id } of lane) if (!signal.aborted) codes.push(await readOne(inside, id, signal, () => undefined));
    });
    await Promise.all(reading);
    await inside.judge.settled();
    await inside.drafts.settled();
  } finally {
    await inside.intake.close();
  }
  if (signal.aborted) return errorExitCodes.interrupted;
  return codes.find((code) => code !== 0) ?? 0;
}

async function openInside(
  context: CommandContext,
  home: OpenHome,
  { say, signal }: { say(line: string): void; signal: AbortSignal },
): Promise<Inside> {
  const file = openEventLog(home.paths.log, context.clock);
  const log = (line: string): void => file.write(line);
  const connectors = await loadGuardedConnectors(context);
  const intake = createIntake({
    store: home.store,
    connectors,
    connectorDeps: { ...connectorDeps(context), log },
    clock: context.clock,
    newId: context.newId,
    originalsDirectory: home.paths.originals,
    mirror: home.paths,
  });
  const tell = (line: string): void => {
    say(line);
    log(line);
  };
  let lastFault = "";
  const tellFault = (line: string): void => {
    if (line !== lastFault) tell(line);
    lastFault = line;
  };
  const operate = async (): Promise<void> => {
    if (signal.aborted) return;
    const judged = await judgeWithModel(context, home, { signal });
    // The same trouble would end the drafts, too.
    if (judged !== null && judged.problem !== null) tellFault(`Judged by rules alone: ${judged.problem}`);
    else await draftNews(context, home, { say: tell, tellFault, signal });
  };
  const drafts = makeJudgeSoon(operate, {
    now: () => context.clock.now(),
    failed: (error) => tell(`Drafting failed: ${faultWords(error)}`),
  });
  const judgeAll = async (): Promise<void> => {
    await judgeNews(context, home, tell);
    drafts.request({ soon: true });
  };
  const judge = makeJudgeSoon(judgeAll, {
    now: () => context.clock.now(),
    failed: (error) => tell(`Judging failed: ${faultWords(error)}`),
  });
  const names = connectors.map((connector) => connector.name);
  for (const name of unknownPollNames(home.config.poll, names)) {
    tell(`config.json: poll names ${forScreen(name)}, which nothing is called. Known: ${names.join(", ")}.`);
  }
  const local = new Set(connectors.filter((one) => one.local === true).map((one) => one.name));
  return { context, home, intake, local, judge, drafts, say: tell, log };
}

/** The owner may have changed the settings since; what is learned is added to what they say now. */
async function judgeNews(context: CommandContext, home: OpenHome, say: (line: string) => void): Promise<void> {
  const config = await currentConfig(home, say);
  Object.assign(home, { config, owner: toOwner(config) });
  const { lines } = await bringUpToDate(context, home, { added: true });
  for (const line of lines) say(line);
  await proposeByRule({ store: home.store, nowMs: context.clock.now(), newId: context.newId });
}

async function currentConfig(home: OpenHome, say: (line: string) => void): Promise<Config> {
  try {
    return (await loadConfig(home.paths.home)) ?? home.config;
  } catch (error) {
    say(`${faultWords(error)} The settings from before are used.`);
    return home.config;
  }
}

function pollDeps(inside: Inside): PollDeps {
  const { context, home } = inside;
  let lastFault = "";
  return {
    clock: context.clock,
    random: Math.random,
    targets: async () => (await listPolledSources(home.store)).map((source) => toTarget(inside, source)),
    read: async (id, signal, alive) => {
      await readOne(inside, id, signal, alive);
    },
    planned: (id, nextAtMs) => home.store.write((tx) => saveSchedule(tx, id, { nextPollAt: toInstant(nextAtMs) })),
    faulted: (error) => {
      const words = faultWords(error);
      if (words !== lastFault) inside.say(words);
      lastFault = words;
    },
  };
}

function toTarget({ home, local }: Inside, source: PolledSource): PollTarget {
  const isLocal = local.has(source.connector);
  return {
    id: source.id,
    lane: isLocal ? "files" : (source.account ?? source.id),
    laneLimit: isLocal ? filesAtOnce : sourcesOfAnAccount,
    intervalMs: pollIntervalMs(source.connector, home.config.poll),
    state: source.state,
    retryAtMs: source.retryAt === null ? null : Date.parse(source.retryAt),
  };
}

/** Reads one source, says what came of it and asks for a judgement; returns the exit code it would have by itself. */
async function readOne(inside: Inside, id: string, signal: AbortSignal, alive: () => void): Promise<number> {
  const { context, home, intake, judge } = inside;
  const source = await getSource(home.store, id);
  if (source === null) return 0;
  const before = await getHealth(home.store, id);
  const isLong = before?.state === "catching_up";
  const progress = makeProgressTeller(inside, { isLong, isPoll: source.cursors["whole"] === true && !isLong });
  try {
    const report = await intake.importSource(source, {
      signal,
      onProgress: (now) => {
        alive();
        progress(now);
      },
      read: { zone: home.config.zone, region: home.config.region, recentDays: null },
    });
    if (newsIn(report) > 0) judge.request({ soon: true });
    const after = await getHealth(home.store, id);
    const reader = { self: context.self, zone: home.config.zone, nowMs: context.clock.now() };
    const words = readingWords(report, { before, after }, reader);
    if (words !== null) inside.say(words);
    return exitCodeOf(report);
  } catch (error) {
    return await sayFailure(inside, source, before?.detail ?? "", toStewardError(error, `reading ${source.label}`));
  }
}

/** A file that cannot be read, or a bug. The same trouble is said once. */
async function sayFailure(
  { context, home, say }: Inside,
  source: { id: string; label: string },
  before: string,
  error: StewardError,
): Promise<number> {
  let health = await getHealth(home.store, source.id);
  if (health?.state !== "degraded") {
    // Not the source's fault as intake sees it, but asking again at once would not help.
    const retryAt = toInstant(context.clock.now() + hopelessWaitMs);
    const detail = error.code === "internal" ? "Something unexpected happened; steward.log says where." : error.message;
    await home.store.write((tx) => saveHealth(tx, source.id, { state: "degraded", detail, retryAt }));
    health = await getHealth(home.store, source.id);
  }
  const detail = health?.detail ?? "";
  if (detail !== before) say(`${forScreen(source.label)}: ${forScreen(detail)}`);
  return errorExitCodes[error.code];
}

/** Says every tenth of a long first read, nothing of a poll, and has what came so far judged meanwhile. */
function makeProgressTeller(
  { say, judge }: Inside,
  { isLong, isPoll }: { isLong: boolean; isPoll: boolean },
): (progress: ImportProgress) => void {
  let toldTenth = -1;
  let taken = 0;
  return (progress) => {
    if (progress.added > taken) judge.request({ soon: false });
    taken = progress.added;
    if (isPoll) return;
    const share = progress.totalBytes > 0 ? progress.doneBytes / progress.totalBytes : 0;
    const tenth = Math.floor(share * 10);
    const isFirst = toldTenth === -1;
    if (tenth === toldTenth) return;
    toldTenth = tenth;
    // The first page of a short read is often its last one.
    if (share >= 1 || (isFirst && (isLong || share > 0.05))) return;
    const far = { done: progress.doneBytes, total: progress.totalBytes, secondsLeft: progress.secondsLeft };
    say(`${forScreen(progress.label)}: catching up, ${progressWords(far)}`);
  };
}

function exitCodeOf({ stopped, failure }: ImportReport): number {
  if (failure !== null) return errorExitCodes[failure.code];
  if (stopped === "disk_full") return errorExitCodes.disk_full;
  return stopped === "busy" ? errorExitCodes.database_busy : 0;
}

/** The text of an unexpected error may hold what others wrote: only where it happened is said. */
function faultWords(error: unknown): string {
  const named = toStewardError(error, "keeping the sources in step");
  if (named.code !== "internal") return forScreen(named.message);
  const cause = named.cause instanceof Error ? named.cause : named;
  const place = /^\s+at (.*)$/m.exec(cause.stack ?? "")?.[1] ?? "nowhere";
  return `Something unexpected happened (${cause.name} at ${place}).`;
}
