import type { CoverageLine, Digest, DigestEntry } from "../core/digest.ts";
import type { Channel } from "../core/item.ts";
import { type IgnoredAs, type ThreadState, type Verdict, verdictClasses } from "../core/verdict.ts";
import { foldSameEvents, type Judged } from "./fold-same-events.ts";
import { isUnsure } from "./judge-with-model/merge-judgement.ts";

/** What a digest needs to know of a thread beside its verdict. Names and titles are text others wrote, as stored. */
export interface ThreadSummary {
  threadId: number;
  channel: Channel;
  title: string;
  /** Who it is about, for the owner: a person's name, else an address. */
  who: string;
  /** `new` until the owner was shown it as it stands; `open` from then on. */
  state: ThreadState;
  /** The instant of the item that decides (the verdict's `lineItemId`), else of the newest item. */
  since: string;
  /** The newest item of somebody else. */
  newestAt: string;
  /** How many messages of others came after the digest's `since`. */
  newMessages: number;
  itemIds: number[];
  /** Which event the deciding item carries, equal for the same one; null for none. */
  eventKey: string | null;
}

export interface DigestInput {
  verdicts: readonly Verdict[];
  threads: readonly ThreadSummary[];
  /** UTC ISO-8601: what the owner has seen up to. */
  since: string;
  nowMs: number;
  coverage: readonly CoverageLine[];
  /** How many new entries are shown (default 12), how many still open ones (default 5). */
  limits?: { entries?: number; open?: number };
  /** What judging with a model cost; nothing without it. */
  cost?: Digest["cost"];
  tookMs: number;
}

const defaultEntries = 12;
const defaultOpen = 5;
const reasonsShown = 3;
const hourMs = 3_600_000;

/**
 * Builds the digest from verdicts. New and still open are kept apart; done, snoozed and muted threads are counted only; every
 * thread is listed, counted, or part of a line about the same event. Contract: pure; entries are numbered from 1, new ones first.
 */
export function buildDigest(input: DigestInput): Digest {
  const threads = new Map(input.threads.map((thread) => [thread.threadId, thread]));
  const judged = input.verdicts.flatMap((verdict) => {
    const thread = threads.get(verdict.threadId);
    return thread === undefined ? [] : [{ verdict, thread, also: [] }];
  });
  const folded = foldSameEvents(judged, byNeed);
  const shown = folded.filter(({ verdict }) => isShown(verdict));
  const fresh = shown.filter(({ thread }) => thread.state === "new");
  const open = shown.filter(({ thread }) => thread.state === "open");
  const [freshShown, openShown] = [
    selectEntries(fresh, input.limits?.entries ?? defaultEntries, input.since),
    selectEntries(open, input.limits?.open ?? defaultOpen, input.since),
  ];
  return {
    version: 1,
    since: input.since,
    until: new Date(input.nowMs).toISOString(),
    counts: {
      messages: judged.reduce((sum, { thread }) => sum + thread.newMessages, 0),
      threads: judged.filter(({ thread }) => thread.newMessages > 0).length,
      forYou: fresh.filter(({ thread }) => thread.newMessages > 0 || thread.newestAt > input.since).length,
    },
    newEntries: freshShown.map((one, index) => toEntry(one, index + 1, "new", input.nowMs)),
    openEntries: openShown.map((one, index) => toEntry(one, freshShown.length + index + 1, "still_open", input.nowMs)),
    more: { new: fresh.length - freshShown.length, open: open.length - openShown.length },
    openFromBefore: open.length,
    notShown: countNotShown(folded, input.since),
    coverage: [...input.coverage],
    cost: input.cost ?? { cents: 0, rulesOnly: true },
    tookMs: input.tookMs,
  };
}

/** What came since the last look goes before what has waited already, unless that weighs this much more. */
const newsBonus = 0.12;

/**
 * The entries a person would want first: everything urgent, then the best of each class, so that many questions do not hide
 * the one trap or promise, then the highest scores; in the order of classes.
 */
function selectEntries(candidates: readonly Judged[], limit: number, since: string): Judged[] {
  const weight = ({ verdict, thread }: Judged): number => verdict.score + (thread.newestAt > since ? newsBonus : 0);
  const byWeight = candidates.toSorted((a, b) => weight(b) - weight(a) || byRank(a, b));
  const isUrgent = ({ verdict }: Judged): boolean => verdict.class === "urgent";
  const best = new Set(verdictClasses.flatMap((name) => byWeight.find(({ verdict }) => verdict.class === name) ?? []));
  const urgent = byWeight.filter(isUrgent);
  const bestOfOthers = byWeight.filter((one) => best.has(one) && !isUrgent(one));
  const rest = byWeight.filter((one) => !best.has(one) && !isUrgent(one));
  return [...urgent, ...bestOfOthers, ...rest].slice(0, limit).toSorted(inOrder);
}

function byRank(a: Judged, b: Judged): number {
  return b.verdict.score - a.verdict.score || a.verdict.threadId - b.verdict.threadId;
}

/** What asks for more first, whatever its score; of two that ask the same the message, since that can be answered. */
function byNeed(a: Judged, b: Judged): number {
  const byChannel = Number(a.thread.channel === "calendar") - Number(b.thread.channel === "calendar");
  return classOrder(a, b) || byChannel || byRank(a, b);
}

/** What a model was not sure of is never only counted. */
function isShown(verdict: Verdict): boolean {
  return (verdict.class !== "to_know" && verdict.class !== "ignore") || isUnsure(verdict);
}

function inOrder(a: Judged, b: Judged): number {
  return classOrder(a, b) || byRank(a, b);
}

function classOrder(a: Judged, b: Judged): number {
  return verdictClasses.indexOf(a.verdict.class) - verdictClasses.indexOf(b.verdict.class);
}

/** One line of a digest. */
export function toEntry(
  { verdict, thread, also }: Judged,
  number: number,
  freshness: DigestEntry["freshness"],
  nowMs: number,
): DigestEntry {
  const reasons = verdict.signals.filter((signal) => signal.weight > 0).map((signal) => signal.reason);
  return {
    number,
    threadId: verdict.threadId,
    alsoThreadIds: [...also],
    class: verdict.class,
    score: verdict.score,
    channel: thread.channel,
    who: thread.who,
    title: thread.title,
    line: verdict.line,
    why: [...new Set(reasons)].slice(0, reasonsShown),
    since: thread.since,
    ageHours: Math.max(0, Math.round(((nowMs - Date.parse(thread.since)) / hourMs) * 10) / 10),
    freshness,
    itemId: verdict.lineItemId,
    itemIds: [...thread.itemIds],
    proposal: null,
  };
}

/** What the owner does not see, counted over threads with something new since. */
function countNotShown(judged: readonly Judged[], since: string): Digest["notShown"] {
  const ignoredBy: Record<IgnoredAs, number> = {
    bulk: 0,
    receipt: 0,
    code: 0,
    notification: 0,
    hostile: 0,
    answered: 0,
    quiet: 0,
  };
  const counts = { toKnow: 0, ignored: 0, muted: 0, done: 0, snoozed: 0 };
  for (const { verdict, thread } of judged) {
    if (thread.newestAt <= since && thread.newMessages === 0) continue;
    if (thread.state === "muted" || thread.state === "done" || thread.state === "snoozed") counts[thread.state] += 1;
    else if (isShown(verdict)) continue;
    else if (verdict.class === "to_know") counts.toKnow += 1;
    else if (verdict.class === "ignore") {
      counts.ignored += 1;
      ignoredBy[verdict.ignoredAs ?? "quiet"] += 1;
    }
  }
  return { ...counts, ignoredBy };
}
