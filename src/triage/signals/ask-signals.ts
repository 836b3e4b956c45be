import { toInstant } from "../../core/clock.ts";
import { dayOf } from "../../core/times.ts";
import { type DateFrame, findDate } from "../find-date.ts";
import { holds, type Sentence } from "../read-text.ts";
import type { TriageContext } from "../triage-context.ts";
import type { Collector } from "./collector.ts";
import type { ItemFacts } from "./read-item.ts";

/** What an item asks of the owner; sentences are for the one-line summary. `dueMs` is null when no date was found. */
export interface Ask {
  question: Sentence | null;
  request: Sentence | null;
  deadline: Sentence | null;
  dueMs: number | null;
}

const dayMs = 86_400_000;
const hourMs = 3_600_000;
const shortMessageWords = 14;
const dueSoonMs = 36 * hourMs;
/** A transfer takes days, and offices close at weekends: such dates are near sooner than others. */
const longSoonMs = 96 * hourMs;

/** Questions, requests, deadlines, urgency, thanks. Contract: mass mail asks nobody anything, but its dates are reported. */
export function addAskSignals(facts: ItemFacts, group: boolean, context: TriageContext, collector: Collector): Ask {
  const personal = !facts.mass && !facts.machine;
  const named = collector.names.has("names_owner");
  const direct = facts.direct || named || (facts.ownerRole === "to" && facts.others.length < 3);
  const ask = findAsk(facts, group, context);
  if (personal && ask.question !== null) {
    // In copy, "you" is whom the message is addressed to.
    const toOwner = direct || (holds(ask.question, "you") && (facts.ownerRole !== "cc" || !facts.known));
    if (toOwner && (!group || named)) collector.add("direct_question", "asks you something");
    else collector.add("question", "asks something");
  }
  const copied = facts.ownerRole === "cc" && facts.known;
  if (personal && ask.request !== null && (named || (!group && !copied)))
    collector.add("request", "asks you to do something");
  addDeadline(facts, ask, context, collector);
  const trusted = facts.known || facts.authentication === "passed";
  if (trusted && !facts.mass && facts.says("urgency")) collector.add("urgency", "says it is urgent", { vetoes: true });
  if (facts.known && facts.item.mail?.importance === "high")
    collector.add("flagged_important", "marked important by the sender");
  addClosing(facts, ask, collector);
  return ask;
}

function findAsk(facts: ItemFacts, group: boolean, context: TriageContext): Ask {
  const ask: Ask = { question: null, request: null, deadline: null, dueMs: null };
  const chat = facts.item.channel !== "mail";
  const frame = { vocabulary: context.vocabulary, clock: context.clock, monthFirst: context.monthFirst };
  for (const sentence of [...facts.reading.sentences, ...facts.subjectReading.sentences]) {
    const asks = sentence.asks || (chat && !group && holds(sentence, "question") && holds(sentence, "you"));
    const enough = sentence.words.length > 1 || chat || (facts.known && facts.direct);
    if (asks && enough && (ask.question === null || better(sentence, ask.question))) ask.question = sentence;
    if (requests(sentence, facts) && (ask.request === null || better(sentence, ask.request))) ask.request = sentence;
    if (ask.dueMs === null && namesDue(sentence, facts)) {
      const dueMs = findDate(sentence, facts.ms, frame) ?? dateBefore(sentence, facts, frame);
      if (dueMs === null) continue;
      ask.dueMs = dueMs;
      ask.deadline = sentence;
    }
  }
  return ask;
}

/** "Please tell us beforehand": the date is in what was said before. */
function dateBefore(sentence: Sentence, facts: ItemFacts, frame: DateFrame): number | null {
  if (!holds(sentence, "deadlineWord") || !holds(sentence, "request")) return null;
  const { sentences } = facts.reading;
  const before = sentences.slice(0, Math.max(0, sentences.indexOf(sentence)));
  for (const earlier of before.toReversed()) {
    const dueMs = findDate(earlier, facts.ms, frame);
    if (dueMs !== null && dueMs > facts.ms) return dueMs;
  }
  return null;
}

/** A date with a word of a deadline; between people who write to each other also "tonight" in a question or a cancellation. */
function namesDue(sentence: Sentence, facts: ItemFacts): boolean {
  // "It will be done by Monday" is the date of whoever says it.
  if (holds(sentence, "promise") && !sentence.asks && !holds(sentence, "request")) return false;
  if (holds(sentence, "deadline") || holds(sentence, "deadlineWord")) return true;
  if (!facts.talksWithOwner) return false;
  const near = holds(sentence, "today") || holds(sentence, "tomorrow");
  return near && (sentence.asks || holds(sentence, "request") || holds(sentence, "cancel"));
}

/** Courtesies ("we ask for your understanding") and "please note our new address" ask for no answer. */
function requests(sentence: Sentence, facts: ItemFacts): boolean {
  if (!holds(sentence, "request") || holds(sentence, "noRequest")) return false;
  return !(facts.known && holds(sentence, "recordUpdate"));
}

/** A question to "you" tells more than the first "How are you?". */
function better(sentence: Sentence, than: Sentence): boolean {
  const worth = (one: Sentence) =>
    (holds(one, "you") ? 1 : 0) + (one.words.length > 4 ? 1 : 0) + (holds(one, "request") ? 1 : 0);
  return worth(sentence) > worth(than);
}

function addDeadline(facts: ItemFacts, ask: Ask, context: TriageContext, collector: Collector): void {
  const advertised = collector.names.has("marketing") || collector.names.has("newsletter");
  if (ask.dueMs === null) {
    if (!advertised && !facts.mass && facts.says("deadlineWord"))
      collector.add("deadline", "names a deadline", { vetoes: true, strength: 0.5 });
    return;
  }
  const leftMs = ask.dueMs - context.nowMs;
  if (leftMs < -30 * dayMs) return;
  const date = dayOf(toInstant(ask.dueMs), context.owner.zone, context.nowMs);
  const vetoes = !advertised && !facts.mass && leftMs > -7 * dayMs;
  collector.add("deadline", `has a date: ${date}`, { vetoes, strength: vetoes ? 1 : 0.2 });
  const soonMs = facts.says("overdue") || acrossWeekend(ask.dueMs, context) ? longSoonMs : dueSoonMs;
  if (vetoes && leftMs > -12 * hourMs && leftMs < soonMs) collector.add("due_soon", `due by ${date}`, { vetoes: true });
}

/** Monday is near from Friday on. */
function acrossWeekend(dueMs: number, { clock, nowMs }: TriageContext): boolean {
  const today = clock.local(nowMs).weekday;
  return clock.local(dueMs).weekday === 1 && (today === 5 || today === 6 || today === 0);
}

function addClosing(facts: ItemFacts, ask: Ask, collector: Collector): void {
  const nothingAsked = ask.question === null && ask.request === null;
  const words = facts.reading.wordCount;
  const polite = facts.says("thanks") || facts.says("closing") || facts.says("delivered");
  const said = facts.item.kind === "message" && facts.item.event === null;
  if (said && nothingAsked && words <= shortMessageWords && (polite || words <= 1))
    collector.add("thanks_only", "only says thanks or good-bye");
  if (facts.says("decline") && nothingAsked) collector.add("no_action", "says nothing is needed");
  if (words > 0) collector.add("long_text", `${words} words`, { strength: Math.log2(1 + words) / 8 });
  if (facts.item.attachmentNames.length > 0) collector.add("has_attachment", "has an attachment");
  if (/^\s*(?:re:\s*)?\[[^\]]*patch/i.test(facts.subject)) collector.add("change_proposed", "proposes a change");
  if (/^\s*\[[^\]]*\b0*(?:[2-9]|[1-9]\d+)\/\d+\]/.test(facts.subject))
    collector.add("part_of_series", "one of a series");
}
