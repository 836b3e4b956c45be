import type { ThreadView } from "../core/thread.ts";
import type { Verdict } from "../core/verdict.ts";
import { bands } from "./choose-class.ts";
import { type Commitment, findCommitments } from "./commitments.ts";
import { cutLine, extractLine } from "./extract-line.ts";
import { holds, type Sentence } from "./read-text.ts";
import { type Collector, createCollector } from "./signals/collector.ts";
import type { ItemReader } from "./signals/item-reader.ts";
import type { ItemFacts } from "./signals/read-item.ts";
import type { TriageContext } from "./triage-context.ts";
import { placed, toScore } from "./weights.ts";

const dayMs = 86_400_000;
/** After three days without an answer the owner would ask again; after two months they have forgotten why. */
const waitingFrom = 3;
const waitingTo = 60;
const usualAnswerDays = 5;
const undatedPromiseDays = 7;
const forgottenPromiseDays = 90;

/**
 * Judges a thread in which the owner wrote last: `stale` for an overdue promise of theirs (or an undated one after a week),
 * `waiting` for a question of theirs that had no answer for three days, else answered.
 */
export function judgeOwnerLast(view: ThreadView, context: TriageContext, read: ItemReader): Verdict {
  const last = view.items.findLast((item) => item.kind === "message" && item.fromOwner) ?? view.items.at(-1) ?? null;
  const collector = createCollector(context.weights, last?.id ?? null);
  if (last === null || last.kind !== "message")
    return quiet(view, collector, last === null ? null : read(last), "quiet");
  const facts = read(last);
  const promise = ownerPromise(view, context, read);
  if (promise !== null) {
    collector.add("promise_overdue", promiseReason(promise), { vetoes: true, itemId: promise.itemId });
    return verdict(view, context, collector, "stale", promise.what, promise.itemId);
  }
  const asked = askOf(facts);
  const ageDays = (context.nowMs - facts.ms) / dayMs;
  const waits = asked !== null && ageDays >= waitingFrom && ageDays <= waitingTo && !facts.viaList && !view.group;
  if (waits && !answeredSince(facts, view, context)) {
    collector.add("waiting_on_them", `your question had no answer for ${Math.floor(ageDays)} days`, {
      vetoes: true,
      strength: Math.min(2.5, ageDays / usualAnswerDays),
    });
    return verdict(view, context, collector, "waiting", extractLine(facts, [asked]), last.id);
  }
  collector.add("answered", "you wrote last");
  return quiet(view, collector, facts, "answered");
}

/** The owner's own promise in this thread that is overdue, or undated and a week old; null when none. */
export function ownerPromise(view: ThreadView, context: TriageContext, read: ItemReader): Commitment | null {
  if (!view.items.some((item) => item.fromOwner)) return null;
  const due = findCommitments(view, context, { reader: read }).filter((one) => {
    if (one.by !== "me" || one.state === "done") return false;
    const ageDays = (context.nowMs - Date.parse(one.dueAt ?? one.saidAt)) / dayMs;
    if (ageDays > forgottenPromiseDays) return false;
    return one.dueAt === null ? ageDays >= undatedPromiseDays : one.state === "overdue";
  });
  return due.at(-1) ?? null;
}

function promiseReason(promise: Commitment): string {
  return promise.dueAt === null
    ? `you promised this on ${promise.saidAt.slice(0, 10)}`
    : `you promised this by ${promise.dueAt.slice(0, 10)}`;
}

function askOf(facts: ItemFacts): Sentence | null {
  return (
    facts.reading.sentences.find((sentence) => sentence.asks && sentence.words.length > 2) ??
    facts.reading.sentences.find((sentence) => holds(sentence, "request") && !holds(sentence, "decline")) ??
    null
  );
}

/** An answer may have come in another thread: the other side's later words are not in this view, but the owner's talk with them goes on. */
function answeredSince(facts: ItemFacts, view: ThreadView, context: TriageContext): boolean {
  const other = view.items.at(-1)?.parties.find((party) => !party.isOwner && party.personId !== null);
  const personId = other?.personId ?? null;
  if (personId === null) return false;
  return context.written.get(personId)?.some(({ ms }) => ms > facts.ms + dayMs) ?? false;
}

function verdict(
  view: ThreadView,
  context: TriageContext,
  collector: Collector,
  name: "stale" | "waiting",
  line: string,
  itemId: number,
): Verdict {
  const score = placed(toScore(context.weights.bias + collector.sum), name === "stale" ? bands.promise : bands.waiting);
  return {
    threadId: view.id,
    class: name,
    score,
    signals: collector.signals,
    line: cutLine(line),
    lineItemId: itemId,
    ignoredAs: null,
  };
}

function quiet(view: ThreadView, collector: Collector, facts: ItemFacts | null, as: "answered" | "quiet"): Verdict {
  const line = facts === null ? "" : extractLine(facts, []);
  return {
    threadId: view.id,
    class: "ignore",
    score: 0,
    signals: collector.signals,
    line,
    lineItemId: facts?.item.id ?? null,
    ignoredAs: as,
  };
}
