import type { ItemView, ThreadView } from "../core/thread.ts";
import type { Signal, Verdict } from "../core/verdict.ts";
import { chooseClass } from "./choose-class.ts";
import { extractLine } from "./extract-line.ts";
import { judgeOwnerLast, ownerPromise } from "./judge-owner-last.ts";
import type { Sentence } from "./read-text.ts";
import { type Ask, addAskSignals } from "./signals/ask-signals.ts";
import { addCalendarSignals } from "./signals/calendar-signals.ts";
import { addCareSignals } from "./signals/care-signals.ts";
import { type Collector, createCollector } from "./signals/collector.ts";
import { addFactSignals } from "./signals/fact-signals.ts";
import { findCommand } from "./signals/find-command.ts";
import { createItemReader, type ItemReader } from "./signals/item-reader.ts";
import type { ItemFacts } from "./signals/read-item.ts";
import { addRelationSignals } from "./signals/relation-signals.ts";
import { addSecuritySignals } from "./signals/security-signals.ts";
import { addSourceSignals } from "./signals/source-signals.ts";
import { addThreadSignals } from "./signals/thread-signals.ts";
import type { TriageContext } from "./triage-context.ts";
import { placed, toScore } from "./weights.ts";

/** An item with all that rules observed about it. */
export interface Examined {
  facts: ItemFacts;
  collector: Collector;
  ask: Ask;
  fact: Sentence | null;
  payment: Sentence | null;
  trap: Sentence | null;
}

const tailItems = 12;
const newestBonus = 0.5;
const burstMs = 15 * 60_000;

/**
 * Judges a thread as it stands at `context.nowMs`: the items others wrote after the owner's last one, of which the most telling
 * decides; when the owner wrote last, what they wait for or promised. Contract: pure, deterministic, never throws, linear in
 * the text of the last items; the score is in 0..1; no class below `to_know` while a signal vetoes, except for age over half a
 * year and for what the owner threw away.
 */
export function judgeThread(view: ThreadView, context: TriageContext): Verdict {
  const read = createItemReader(view, context);
  const tail = openTail(view, read);
  if (tail.length === 0) return judgeOwnerLast(view, context, read);
  const focus = mostTelling(tail, view, context, read);
  const promise = ownerPromise(view, context, read);
  if (promise !== null)
    focus.collector.add(
      promise.state === "overdue" ? "promise_overdue" : "promise_open",
      promise.state === "overdue" ? "you promised this and the date is past" : "you promised something here",
      { vetoes: true, itemId: promise.itemId },
    );
  const choice = chooseClass(focus, view, context);
  const base = toScore(context.weights.bias + focus.collector.sum);
  const owed = choice.class === "stale" ? promise : null;
  return {
    threadId: view.id,
    class: choice.class,
    score: placed(base, choice.band),
    signals: ranked(focus.collector.signals),
    line: owed?.what ?? extractLine(focus.facts, choice.lines),
    lineItemId: owed?.itemId ?? focus.facts.item.id,
    ignoredAs: choice.ignoredAs,
  };
}

/** All signals of one item in its thread. Care comes first: other signals do not speak well of what looks like a trap. */
export function examineItem(item: ItemView, view: ThreadView, context: TriageContext, read: ItemReader): Examined {
  const facts = read(item);
  const collector = createCollector(context.weights, item.id);
  const trap = addCareSignals(facts, context, collector);
  addSourceSignals(facts, collector);
  addRelationSignals(facts, view.group, context, collector);
  const ask = addAskSignals(facts, view.group, context, collector);
  addSecuritySignals(facts, context, collector);
  const { fact, payment } = addFactSignals(facts, collector);
  addCalendarSignals(facts, view.id, context, collector);
  addThreadSignals(facts, view, context, collector);
  return { facts, collector, ask, fact, payment, trap };
}

/**
 * Items by others since the owner's last message. Mail with the owner's address in From is not the owner's when it failed
 * authentication, or when it commands an assistant and lies in no Sent folder.
 */
function openTail(view: ThreadView, read: ItemReader): ItemView[] {
  const last = view.items.findLastIndex((item) => item.kind === "message" && isOwn(item, read));
  return view.items
    .slice(last + 1)
    .filter((item) => item.kind !== "contact" && !isRemovedTime(item) && !isOwn(item, read))
    .filter((item) => !(last >= 0 && isAutomaticAnswer(read(item))))
    .slice(-tailItems);
}

/** The removed time of a series names nobody: the owner may have removed it, and whoever invites says so in a mail. */
function isRemovedTime({ kind, event }: ItemView): boolean {
  return kind === "event" && event?.status === "cancelled" && event.recurrenceId !== null && event.organizer === null;
}

/** An out-of-office note or a "we have received your message" is no answer: who wrote to them still waits. Bounces are news. */
function isAutomaticAnswer({ item, says }: ItemFacts): boolean {
  if (item.mail === null || item.mail.dsn || says("bounce")) return false;
  return /^auto-replied/i.test(item.mail.autoSubmitted ?? "");
}

function isOwn(item: ItemView, read: ItemReader): boolean {
  if (!item.fromOwner) return false;
  if (item.channel !== "mail" || item.labels.some((label) => /^sent/i.test(label))) return true;
  const facts = read(item);
  return facts.authentication !== "failed" && findCommand(facts.reading, facts.text)?.kind !== "command";
}

/**
 * The item that decides. On a mailing list that is the newest, as talk there moves on without the owner (or the one before it, when
 * it asks the owner by name); elsewhere the most telling of the tail, so that a question stays open under later small talk.
 */
function mostTelling(tail: readonly ItemView[], view: ThreadView, context: TriageContext, read: ItemReader): Examined {
  const newest = tail.at(-1);
  const onList = newest !== undefined && read(newest).viaList;
  const candidates = onList
    ? tail.slice(-2).filter((item) => item === newest || namesOwner(read(item), context))
    : tail;
  const examined = candidates.map((item) => examineItem(item, view, context, read));
  const worth = (one: Examined) => one.collector.sum + (one === examined.at(-1) ? newestBonus : 0);
  const best = examined.reduce((chosen, one) => (worth(one) >= worth(chosen) ? one : chosen));
  if (view.channel !== "mail") addBurst(best, examined);
  return best;
}

/** In a chat people write one thought as several messages: the date may stand in the next one. */
function addBurst({ facts, collector }: Examined, examined: readonly Examined[]): void {
  for (const other of examined) {
    const sameSender = other.facts.from?.address === facts.from?.address;
    if (!sameSender || Math.abs(other.facts.ms - facts.ms) > burstMs) continue;
    for (const name of ["deadline", "due_soon"] as const) {
      const signal = other.collector.signals.find((one) => one.name === name);
      if (signal === undefined || collector.names.has(name)) continue;
      collector.add(name, signal.reason, { vetoes: signal.vetoes, itemId: signal.itemId });
    }
  }
}

function namesOwner({ reading }: ItemFacts, { ownerNames }: TriageContext): boolean {
  return reading.sentences.some((one) => one.asks && one.words.slice(0, 3).some((word) => ownerNames.has(word)));
}

/** Strongest first, as the digest's reasons show them. */
function ranked(signals: readonly Signal[]): Signal[] {
  return signals.toSorted((a, b) => Math.abs(b.weight) - Math.abs(a.weight));
}
