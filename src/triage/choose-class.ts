import type { ThreadView } from "../core/thread.ts";
import type { IgnoredAs, Signal, VerdictClass } from "../core/verdict.ts";
import { isNoNews } from "./calendar-entries.ts";
import { isTrap } from "./is-trap.ts";
import type { Examined } from "./judge-thread.ts";
import type { Sentence } from "./read-text.ts";
import type { SignalName } from "./signals/signal-names.ts";
import type { TriageContext } from "./triage-context.ts";

/** A class, the band its score falls into, and which sentences tell it best. */
export interface Choice {
  class: VerdictClass;
  ignoredAs: IgnoredAs | null;
  band: Band;
  lines: (Sentence | null)[];
}

/** The lowest and highest score of a class, 0..1; the sum of signals places a thread between them. */
export type Band = readonly [low: number, high: number];

/** Where classes stand to each other, as a person would order the first lines of a digest. */
export const bands = {
  urgent: [0.9, 1],
  care: [0.6, 0.97],
  careInSpam: [0.3, 0.6],
  event: [0.74, 0.9],
  /** What is in the owner's plans already moved: that cannot wait as an invitation can. */
  moved: [0.89, 0.96],
  cancelled: [0.4, 0.65],
  promise: [0.6, 0.9],
  overdue: [0.55, 0.85],
  document: [0.5, 0.86],
  waiting: [0.5, 0.9],
  reply: [0, 0.94],
  stale: [0.25, 0.72],
  toKnow: [0, 0.72],
  ignore: [0, 0.45],
} as const satisfies Record<string, Band>;

/**
 * How long a class lasts, in days, when nothing else happens: a known person's question is `reply` for two weeks, then `stale`
 * for another eleven (half a year when it came after the first import), then quiet. Strangers' questions fade sooner.
 */
const lasts = {
  urgent: 3,
  urgentDated: 21,
  replyKnown: 14,
  staleKnown: 90,
  staleSinceImport: 180,
  replyStranger: 14,
  toKnow: 30,
  veto: 180,
  eventWords: 10,
  document: 60,
  care: 30,
} as const;
const dayMs = 86_400_000;

/** Decides the class of what was examined. Contract: pure; see `judgeThread` for what vetoes. */
export function chooseClass(focus: Examined, view: ThreadView, context: TriageContext): Choice {
  const ageDays = (context.nowMs - focus.facts.ms) / dayMs;
  const has = (name: SignalName) => focus.collector.names.has(name);
  const { event, kind } = focus.facts.item;
  if (kind === "event" && event !== null && isNoNews(event, context.ownerIdentities)) return ignored("quiet");
  if (isTrap(focus))
    return ageDays > lasts.care || focus.facts.mass
      ? ignored("hostile")
      : choice("care", has("spam_folder") ? bands.careInSpam : bands.care, [focus.trap, focus.ask.request]);
  // An intruder throws away what would warn the owner; everything else in the bin was their own decision.
  if (has("thrown_away") && !has("security_notice")) return ignored("quiet");
  const needed =
    urgentChoice(focus, ageDays, has) ??
    eventChoice(focus, ageDays, has) ??
    owedChoice(focus, ageDays, has) ??
    replyChoice(focus, ageDays, context, has) ??
    documentChoice(focus, ageDays, has);
  return needed ?? quietChoice(focus, view, ageDays, has);
}

type Has = (name: SignalName) => boolean;

function urgentChoice({ ask, facts, payment }: Examined, ageDays: number, has: Has): Choice | null {
  if (ageDays > (has("due_soon") ? lasts.urgentDated : lasts.urgent)) return null;
  if (has("security_notice") && ageDays <= lasts.urgent) return choice("urgent", bands.urgent, []);
  if (facts.mass || has("answered_elsewhere") || has("thanks_only")) return null;
  if (has("overdue") && has("due_soon")) return choice("urgent", bands.urgent, [payment]);
  const asked = has("direct_question") || has("request") || has("payment_due") || has("promise_overdue");
  if (asked && has("due_soon") && (has("known_person") || facts.authentication === "passed"))
    return choice("urgent", bands.urgent, [ask.request, ask.question, ask.deadline]);
  if (has("urgency") && (asked || facts.direct) && !has("newsletter") && !has("marketing"))
    return choice("urgent", bands.urgent, [ask.request, ask.question]);
  return null;
}

function eventChoice({ facts, ask }: Examined, ageDays: number, has: Has): Choice | null {
  if (has("event_past")) return null;
  const data = facts.item.event !== null;
  // Who cancels and asks something waits for an answer; a cancelled entry of the calendar asks for nothing.
  const cancelled = has("event_cancelled") && (data ? facts.item.kind === "message" : !has("direct_question"));
  const decision = has("invitation") || has("event_moved") || cancelled || (data && has("event_clash"));
  if (!decision || (!data && ageDays > lasts.eventWords) || facts.mass) return null;
  if (!data && !facts.known && (has("marketing") || has("newsletter"))) return null;
  const only = has("event_cancelled") && !has("event_moved") && !has("invitation");
  const band = only ? bands.cancelled : has("event_moved") && has("known_person") ? bands.moved : bands.event;
  return choice("event", band, [data ? null : ask.question]);
}

function owedChoice({ payment }: Examined, ageDays: number, has: Has): Choice | null {
  if (has("promise_overdue")) return choice("stale", bands.promise, []);
  return has("overdue") && ageDays <= lasts.staleKnown ? choice("stale", bands.overdue, [payment]) : null;
}

function replyChoice({ ask, facts }: Examined, ageDays: number, context: TriageContext, has: Has): Choice | null {
  const asked =
    has("direct_question") ||
    has("request") ||
    (has("question") && !has("others_answered") && facts.ownerRole === "to");
  if (!asked || facts.mass || facts.machine || has("answered_elsewhere")) return null;
  if (facts.viaList && facts.ownerRole !== "to" && !has("names_owner") && !has("follows_owner")) return null;
  if (
    !facts.known &&
    (has("marketing") || has("newsletter") || has("asks_credentials") || has("asks_untraceable_payment"))
  )
    return null;
  if (!facts.known && facts.item.channel === "mail" && facts.ownerRole === "none" && !has("names_owner")) return null;
  if (has("outreach") && !has("owner_in_thread")) return null;
  const lines = [ask.question, ask.request];
  if (!facts.known && !has("owner_in_thread"))
    return ageDays <= lasts.replyStranger ? choice("reply", replyBand(ageDays, has), lines) : null;
  if (ageDays <= lasts.replyKnown) return choice("reply", replyBand(ageDays, has), lines);
  const sinceImport = context.firstImportAt !== null && facts.item.sentAt >= context.firstImportAt;
  return ageDays <= (sinceImport ? lasts.staleSinceImport : lasts.staleKnown)
    ? choice("stale", bands.stale, lines)
    : null;
}

function documentChoice({ fact, facts }: Examined, ageDays: number, has: Has): Choice | null {
  if (!has("document_fact") || ageDays > lasts.document) return null;
  if (!facts.known && facts.authentication === "failed") return null;
  return choice("document", bands.document, [fact]);
}

/** What needs nothing: one line when something vetoes or a person wrote to the owner, else ignored, with why. */
function quietChoice(focus: Examined, view: ThreadView, ageDays: number, has: Has): Choice {
  const { facts, ask, payment } = focus;
  const lines = [payment, ask.deadline, ask.question];
  if (isSettled(focus, ageDays, has)) return ignored("answered");
  if (needsNothing(focus)) return ignored("quiet");
  const vetoed = focus.collector.signals.some((signal) => signal.vetoes);
  if (vetoed) return ageDays <= lasts.veto ? choice("to_know", bands.toKnow, lines) : ignored("quiet");
  const kind = massKind(focus, has);
  if (kind !== null) return ignored(kind);
  if (ageDays > lasts.toKnow) return ignored("quiet");
  const meant =
    facts.item.channel === "mail"
      ? facts.ownerRole !== "none" || has("quotes_owner") || (has("owner_in_thread") && !facts.viaList)
      : !view.group || has("names_owner");
  if (meant && !has("thanks_only") && facts.item.kind === "message") return choice("to_know", bands.toKnow, lines);
  const openQuestion = view.group && has("question") && !has("others_answered") && ageDays <= 3;
  return openQuestion ? choice("to_know", bands.toKnow, lines) : ignored("quiet");
}

const settledWords = 20;
const settledAfterDays = 3;

/** The last word of a conversation in which nothing is asked: thanks, or a short answer to the owner that is some days old. */
function isSettled({ facts, ask, collector }: Examined, ageDays: number, has: Has): boolean {
  if (facts.item.kind !== "message" || ask.question !== null || ask.request !== null) return false;
  if (vetoedBySomethingElse(collector.signals) || facts.item.attachmentNames.length > 0) return false;
  if (has("answered_elsewhere")) return true;
  if (!has("follows_owner")) return false;
  return has("thanks_only") || (ageDays > settledAfterDays && facts.reading.wordCount <= settledWords);
}

/** Entries of the calendar that stand as the owner knows them, and guests who accepted. */
function needsNothing({ facts, collector }: Examined): boolean {
  const { event } = facts.item;
  if (event === null) return false;
  if (event.method === "REPLY") return event.attendees.every((attendee) => attendee.answer !== "declined");
  return facts.item.kind === "event" && !vetoedBySomethingElse(collector.signals);
}

/** Knowing somebody alone keeps their closing words in no digest; anything else that vetoes does. */
function vetoedBySomethingElse(signals: readonly Signal[]): boolean {
  return signals.some((signal) => signal.vetoes && signal.name !== "known_person");
}

function massKind({ facts }: Examined, has: Has): IgnoredAs | null {
  if (has("code")) return "code";
  if (has("receipt") || has("shipping")) return "receipt";
  if (has("marketing") || has("newsletter") || has("outreach") || has("spam_folder")) return "bulk";
  if (has("notification") || has("out_of_office")) return "notification";
  if (facts.mass) return "bulk";
  return facts.machine || has("auto_submitted") ? "notification" : null;
}

/** Questions of today come before those of last week; a date that is near brings an older one up again. */
function replyBand(ageDays: number, has: Has): Band {
  const [low, high] = bands.reply;
  return [low, high - 0.03 * Math.min(ageDays, 8) + (has("due_soon") ? 0.08 : 0)];
}

function choice(name: VerdictClass, band: Band, lines: (Sentence | null)[]): Choice {
  return { class: name, ignoredAs: null, band, lines };
}

function ignored(as: IgnoredAs): Choice {
  return { class: "ignore", ignoredAs: as, band: bands.ignore, lines: [] };
}
