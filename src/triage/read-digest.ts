import { toInstant } from "../core/clock.ts";
import type { Digest, DigestEntry } from "../core/digest.ts";
import { rawText } from "../core/untrusted.ts";
import type { IgnoredAs, Signal, ThreadState, VerdictClass } from "../core/verdict.ts";
import type { Week } from "../core/week.ts";
import { type CarriedEvent, listCarriedEvents } from "../store/carried-events.ts";
import { listCommitments } from "../store/commitments.ts";
import { lastReadAt, listShownThreads } from "../store/digests.ts";
import { sumModelCallsByPurpose } from "../store/model-calls.ts";
import type { Store } from "../store/open-store.ts";
import { listThreadActivity } from "../store/thread-activity.ts";
import { getThread, listThreads, type ThreadInfo, threadMessageIds } from "../store/thread-views.ts";
import { listPlainMessages } from "../store/triage-facts.ts";
import { currentVerdicts, type JudgedThread } from "./current-verdicts.ts";
import { buildDigest, type ThreadSummary, toEntry } from "./digest.ts";
import { horizonDays, type TriageSetting } from "./gather-input.ts";
import { isJudgedByModel, isUnsure } from "./judge-with-model/merge-judgement.ts";
import { readCoverage } from "./read-coverage.ts";
import { buildWeek, type WeekMessage } from "./week.ts";

/** With what and as of when triage reads the store. */
export interface TriageReading {
  setting: TriageSetting;
  nowMs: number;
}

const dayMs = 86_400_000;
/** Without a last read, the first digest looks back this far. */
const firstLookDays = 7;
const openEntries = 6;

/** Judges what is new or changed within the horizon, so that a digest has little left to do. */
export async function refreshTriage(store: Store, { setting, nowMs }: TriageReading): Promise<{ judged: number }> {
  const { judged } = await currentVerdicts(store, setting, await threadsInHorizon(store, nowMs, null), nowMs);
  return { judged };
}

/**
 * Answers "what did I miss?" since an instant (null: since the owner last looked, else a week). `limit` is how many new
 * entries are shown; `ignored` lists what is not, numbered on, when asked for. Contract: changes nothing that the owner sees; marking as read is the caller's.
 */
export async function readDigest(
  store: Store,
  { setting, nowMs }: TriageReading,
  options: { since: string | null; limit: number; showIgnored: boolean },
): Promise<{ digest: Digest; ignored: DigestEntry[] }> {
  const startedMs = performance.now();
  const since = options.since ?? (await lastReadAt(store)) ?? toInstant(nowMs - firstLookDays * dayMs);
  const infos = await threadsInHorizon(store, nowMs, since);
  const { threads } = await currentVerdicts(store, setting, infos, nowMs);
  const activity = await listThreadActivity(
    store,
    threads.map(({ info }) => info.id),
    since,
    toInstant(nowMs),
  );
  const shown = await listShownThreads(store);
  const events = await listCarriedEvents(
    store,
    threads.flatMap(({ verdict }) => (verdict.class === "ignore" ? [] : (verdict.lineItemId ?? []))),
  );
  // Asked for a window, only what came in it is news; else all that the owner was never shown is.
  const isNews = ({ newestAt, shownAt }: { newestAt: string; shownAt: string | undefined }): boolean =>
    newestAt > since || (options.since === null && (shownAt === undefined || newestAt > shownAt));
  const summaries = threads.map((one): ThreadSummary => {
    const { who, newestAt, newMessages, itemIds, decidedAt } = activity(one.info.id, one.verdict.lineItemId);
    const event = events.get(one.verdict.lineItemId ?? -1);
    const isNew = isNews({ newestAt, shownAt: shown.get(one.info.id) });
    return {
      threadId: one.info.id,
      channel: one.info.channel,
      title: rawText(one.info.title),
      who,
      state: effectiveState(one.info, nowMs, { isNew, event }),
      since: decidedAt ?? one.info.lastAt ?? since,
      newestAt,
      newMessages,
      itemIds,
      eventKey: event?.key ?? null,
    };
  });
  const digest = buildDigest({
    verdicts: threads.map(({ verdict }) => verdict),
    threads: summaries,
    since,
    nowMs,
    coverage: await readCoverage(store, since, nowMs),
    limits: { entries: options.limit, open: openEntries },
    cost: await readCost(store, threads, since),
    tookMs: Math.round(performance.now() - startedMs),
  });
  return { digest, ignored: options.showIgnored ? listIgnored(threads, summaries, digest) : [] };
}

/** What a model cost since then to judge what came, in US cents; without its judgement in anything nothing. */
async function readCost(store: Store, threads: readonly JudgedThread[], since: string): Promise<Digest["cost"]> {
  const byModel = threads.some(({ verdict }) => isUnsure(verdict) || isJudgedByModel(verdict));
  if (!byModel) return { cents: 0, rulesOnly: true };
  const purposes = await sumModelCallsByPurpose(store, since);
  const micros = purposes
    .filter(({ purpose }) => purpose === "judge" || purpose === "judge-closer" || purpose === "commitments")
    .reduce((sum, { costMicros }) => sum + costMicros, 0);
  return { cents: Math.round(micros / 100) / 100, rulesOnly: false };
}

/** Threads with something new that the digest only counts, highest score first. */
function listIgnored(
  threads: readonly JudgedThread[],
  summaries: readonly ThreadSummary[],
  digest: Digest,
): DigestEntry[] {
  const byId = new Map(summaries.map((summary) => [summary.threadId, summary]));
  const entries = [...digest.newEntries, ...digest.openEntries];
  const folded = new Set(entries.flatMap((entry) => entry.alsoThreadIds));
  return threads
    .flatMap(({ verdict }) => {
      const thread = byId.get(verdict.threadId);
      const hidden = verdict.class === "ignore" || verdict.class === "to_know";
      if (thread === undefined || !hidden || isUnsure(verdict) || folded.has(thread.threadId)) return [];
      return thread.newMessages > 0 ? [{ verdict, thread, also: [] }] : [];
    })
    .sort((a, b) => b.verdict.score - a.verdict.score)
    .map((one, index) => toEntry(one, entries.length + index + 1, "new", Date.parse(digest.until)));
}

/** What the digest takes a stored state for: a snooze that is over, or news in a thread that was done, opens it again. */
function effectiveState(
  info: ThreadInfo,
  nowMs: number,
  { isNew, event }: { isNew: boolean; event: CarriedEvent | undefined },
): ThreadState {
  const awake: ThreadState = isNew ? "new" : "open";
  // The date of an entry in a calendar is when it takes place; news of it is a changed entry.
  const cameAt = info.channel === "calendar" ? (event?.takenAt ?? null) : info.inboundAt;
  switch (info.state) {
    case "muted":
      return "muted";
    case "snoozed":
      return info.snoozedUntil !== null && info.snoozedUntil <= toInstant(nowMs) ? awake : "snoozed";
    case "done":
      return cameAt !== null && info.stateAt !== null && cameAt > info.stateAt ? awake : "done";
    case "new":
    case "open":
      return awake;
  }
}

async function threadsInHorizon(store: Store, nowMs: number, since: string | null): Promise<ThreadInfo[]> {
  const horizon = toInstant(nowMs - horizonDays * dayMs);
  const from = since !== null && since < horizon ? since : horizon;
  // An event of the weeks to come is dated by its start, so its thread lies ahead of now.
  return await listThreads(store, from, toInstant(nowMs + horizonDays * dayMs));
}

/** One thread as `triage --json` lists it. `score` is 0..1, higher = sooner; instants are UTC ISO-8601. */
export interface TriageRow {
  threadId: number;
  class: VerdictClass;
  score: number;
  reasons: string[];
  signals: Signal[];
  line: string;
  title: string;
  channel: ThreadInfo["channel"];
  state: ThreadState;
  ignoredAs: IgnoredAs | null;
  corrected: boolean;
  lastAt: string | null;
  messages: { itemId: number; messageId: string | null }[];
}

/** Every thread with something in the window, soonest first. */
export async function readTriage(
  store: Store,
  { setting, nowMs }: TriageReading,
  window: { from: string; to: string },
): Promise<TriageRow[]> {
  const infos = await listThreads(store, window.from, window.to);
  const { threads } = await currentVerdicts(store, setting, infos, nowMs);
  const messages = await threadMessageIds(
    store,
    threads.map(({ info }) => info.id),
  );
  return threads
    .map((one) => toRow(one, messages.get(one.info.id) ?? []))
    .sort((a, b) => b.score - a.score || a.threadId - b.threadId);
}

function toRow({ info, verdict, corrected }: JudgedThread, messages: TriageRow["messages"]): TriageRow {
  return {
    threadId: info.id,
    class: verdict.class,
    score: verdict.score,
    reasons: [...new Set(verdict.signals.map((signal) => signal.reason))],
    signals: verdict.signals,
    line: verdict.line,
    title: rawText(info.title),
    channel: info.channel,
    state: info.state,
    ignoredAs: verdict.ignoredAs,
    corrected,
    lastAt: info.lastAt,
    messages,
  };
}

/** The verdict on one thread with everything it rests on; null when there is no such thread. */
export async function explainThread(
  store: Store,
  { setting, nowMs }: TriageReading,
  threadId: number,
): Promise<TriageRow | null> {
  const info = await getThread(store, threadId);
  if (info === null) return null;
  const { threads } = await currentVerdicts(store, setting, [info], nowMs);
  const messages = await threadMessageIds(store, [threadId]);
  const [one] = threads;
  return one === undefined ? null : toRow(one, messages.get(threadId) ?? []);
}

/** The last seven days in numbers. */
export async function readWeek(store: Store, { setting, nowMs }: TriageReading): Promise<Week> {
  const horizon = toInstant(nowMs - horizonDays * dayMs);
  const messages = await listPlainMessages(store, horizon, toInstant(nowMs));
  const { threads } = await currentVerdicts(store, setting, await threadsInHorizon(store, nowMs, null), nowMs);
  const classes = new Map(threads.map(({ info, verdict }) => [info.id, verdict.class]));
  const impersonal = new Set(
    threads
      .filter(
        ({ verdict }) =>
          verdict.class === "ignore" && verdict.ignoredAs !== "answered" && verdict.ignoredAs !== "quiet",
      )
      .map(({ info }) => info.id),
  );
  const nextAnswer = new Map<number, string>();
  const week: WeekMessage[] = [];
  for (const message of messages.toReversed()) {
    if (message.fromOwner) nextAnswer.set(message.threadId, message.sentAt);
    const answeredAt = message.fromOwner ? null : (nextAnswer.get(message.threadId) ?? null);
    const waits = classes.get(message.threadId) === "reply" || classes.get(message.threadId) === "urgent";
    week.push({
      channel: message.channel,
      sentAt: message.sentAt,
      fromOwner: message.fromOwner,
      personal: !impersonal.has(message.threadId),
      answeredAt,
      waiting: !message.fromOwner && waits && answeredAt === null,
    });
  }
  const mine = (await listCommitments(store, { all: true })).filter((one) => one.by === "me" && one.state !== "void");
  const promises = mine.map((one) => ({
    state: one.state === "void" ? ("done" as const) : one.state,
    saidAt: one.promisedAt ?? horizon,
  }));
  return buildWeek({ messages: week.reverse(), promises, nowMs, zone: setting.owner.zone });
}
