import type { ThreadView } from "../core/thread.ts";
import type { IgnoredAs, VerdictClass } from "../core/verdict.ts";
import { isTrap } from "./is-trap.ts";
import type { Examined } from "./judge-thread.ts";
import type { Sentence } from "./read-text.ts";
import type { SignalName } from "./signals/signal-names.ts";
import type { TriageContext } from "./triage-context.ts";

/** A class with what it does to the score (at least `floor`, times `factor`) and which sentences tell it best. */
export interface Choice {
  class: VerdictClass;
  ignoredAs: IgnoredAs | null;
  floor: number;
  factor: number;
  lines: (Sentence | null)[];
}

/**
 * How long a class lasts, in days, when nothing else happens: a known person's question is `reply` for two weeks, then `stale`
 * for another eleven (half a year when it came after the first import), then quiet. Strangers' questions fade sooner.
 */
const lasts = {
  urgent: 3,
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
  if (isTrap(focus))
    return ageDays > lasts.care || focus.facts.mass
      ? ignored("hostile")
      : choice("care", 0.35, [focus.trap, focus.ask.request]);
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
  if (ageDays > lasts.urgent) return null;
  if (has("security_notice")) return choice("urgent", 0.8, []);
  if (facts.mass || has("answered_elsewhere") || has("thanks_only")) return null;
  if (has("overdue") && has("due_soon")) return choice("urgent", 0.75, [payment]);
  const asked = has("direct_question") || has("request") || has("payment_due") || has("promise_overdue");
  if (asked && has("due_soon") && (facts.known || facts.authentication === "passed"))
    return choice("urgent", 0.7, [ask.request, ask.question, ask.deadline]);
  if (has("urgency") && (asked || facts.direct) && !has("newsletter") && !has("marketing"))
    return choice("urgent", 0.65, [ask.request, ask.question]);
  return null;
}

function eventChoice({ facts, ask }: Examined, ageDays: number, has: Has): Choice | null {
  if (has("event_past")) return null;
  const data = facts.item.event !== null;
  const decision = has("invitation") || has("event_moved") || has("event_cancelled") || (data && has("event_clash"));
  if (!decision || (!data && ageDays > lasts.eventWords) || facts.mass) return null;
  if (!data && !facts.known && (has("marketing") || has("newsletter"))) return null;
  return choice("event", 0.3, [data ? null : ask.question]);
}

function owedChoice({ payment }: Examined, ageDays: number, has: Has): Choice | null {
  if (has("promise_overdue")) return choice("stale", 0.35, []);
  return has("overdue") && ageDays <= lasts.staleKnown ? choice("stale", 0.4, [payment]) : null;
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
  const lines = [ask.question, ask.request];
  if (!facts.known && !has("owner_in_thread")) return ageDays <= lasts.replyStranger ? choice("reply", 0, lines) : null;
  if (ageDays <= lasts.replyKnown) return choice("reply", 0, lines);
  const sinceImport = context.firstImportAt !== null && facts.item.sentAt >= context.firstImportAt;
  return ageDays <= (sinceImport ? lasts.staleSinceImport : lasts.staleKnown) ? choice("stale", 0.25, lines) : null;
}

function documentChoice({ fact, facts }: Examined, ageDays: number, has: Has): Choice | null {
  if (!has("document_fact") || ageDays > lasts.document) return null;
  if (!facts.known && facts.authentication === "failed") return null;
  return choice("document", 0.25, [fact]);
}

/** What needs nothing: one line when something vetoes or a person wrote to the owner, else ignored, with why. */
function quietChoice(focus: Examined, view: ThreadView, ageDays: number, has: Has): Choice {
  const { facts, ask, payment } = focus;
  const lines = [payment, ask.deadline, ask.question];
  const vetoed = focus.collector.signals.some((signal) => signal.vetoes);
  if (vetoed) return ageDays <= lasts.veto ? { ...choice("to_know", 0, lines), factor: 0.8 } : ignored("quiet");
  const kind = massKind(focus, has);
  if (kind !== null) return ignored(kind);
  if (ageDays > lasts.toKnow) return ignored("quiet");
  const meant =
    facts.item.channel === "mail"
      ? facts.ownerRole !== "none" || has("owner_in_thread") || has("quotes_owner")
      : !view.group || has("names_owner");
  if (meant && !has("thanks_only") && facts.item.kind === "message")
    return { ...choice("to_know", 0, lines), factor: 0.8 };
  const openQuestion = view.group && has("question") && !has("others_answered") && ageDays <= 3;
  return openQuestion ? { ...choice("to_know", 0, lines), factor: 0.8 } : ignored("quiet");
}

function massKind({ facts }: Examined, has: Has): IgnoredAs | null {
  if (has("code")) return "code";
  if (has("receipt") || has("shipping")) return "receipt";
  if (has("marketing") || has("newsletter")) return "bulk";
  if (has("notification") || has("out_of_office")) return "notification";
  if (facts.mass) return "bulk";
  return facts.machine || has("auto_submitted") ? "notification" : null;
}

function choice(name: VerdictClass, floor: number, lines: (Sentence | null)[]): Choice {
  return { class: name, ignoredAs: null, floor, factor: 1, lines };
}

function ignored(as: IgnoredAs): Choice {
  return { class: "ignore", ignoredAs: as, floor: 0, factor: 0.5, lines: [] };
}
