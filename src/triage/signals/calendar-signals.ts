import type { EventAnswer, EventDetails } from "../../core/item.ts";
import { rawText } from "../../core/untrusted.ts";
import { type CalendarEntry, endOf, entryKey, isNoNews, ownAnswer } from "../calendar-entries.ts";
import { holds } from "../read-text.ts";
import type { TriageContext } from "../triage-context.ts";
import type { Collector } from "./collector.ts";
import type { ItemFacts } from "./read-item.ts";

/**
 * Calendar decisions: an unanswered invitation, a moved or cancelled event, a clash with another event; and, without calendar
 * data, words that move or cancel a meeting. Past events ask for nothing, nor do declined ones and the owner's own notes.
 */
export function addCalendarSignals(
  facts: ItemFacts,
  threadId: number,
  context: TriageContext,
  collector: Collector,
): void {
  const { event } = facts.item;
  if (event === null) {
    if (facts.item.kind === "message" && !facts.mass) addMeetingWords(facts, collector);
    return;
  }
  const entry = context.entryOf.get(entryKey(event)) ?? null;
  const isEntry = facts.item.kind === "event";
  // An older version, or a calendar that is not the owner's, decides nothing.
  if (isEntry && (isNoNews(event, context.ownerIdentities) || isOutdated(facts.item.id, entry))) return;
  if (isOver(event, context)) {
    collector.add("event_past", "the event is over");
    return;
  }
  const organised = event.organizer !== null && context.ownerIdentities.has(event.organizer.toLowerCase());
  if (event.status === "cancelled" || event.method === "CANCEL") {
    collector.add("event_cancelled", "an event was cancelled", { vetoes: true });
    return;
  }
  if (organised) return;
  const invited = event.ownAnswer !== null || event.attendees.some(({ address }) => isOwner(address, context));
  const answer = answerTo(event, entry, context);
  if (event.sequence > 0 && answer === "needs_action")
    collector.add("event_moved", "the event was changed", { vetoes: true });
  else if (answer === "needs_action" || (event.method === "REQUEST" && !invited && answer === null))
    collector.add("invitation", "an invitation you have not answered", { vetoes: true });
  // The owner's own entries, and those they said yes to, clash knowingly.
  const isOpen = answer === "needs_action" || answer === "tentative" || (event.method === "REQUEST" && answer === null);
  if (isOpen && !event.allDay && !event.transparent) addClash(event, threadId, context, collector);
}

function isOwner(address: string, context: TriageContext): boolean {
  return context.ownerIdentities.has(address.toLowerCase());
}

function isOutdated(itemId: number, entry: CalendarEntry | null): boolean {
  return entry !== null && entry.itemId !== itemId;
}

/**
 * What the owner has answered: their calendar knows it better than the invitation, when it has the same event of the same
 * organizer, no older than the invitation. Anybody can write a uid that they saw.
 */
function answerTo(event: EventDetails, entry: CalendarEntry | null, context: TriageContext): EventAnswer | null {
  const said = ownAnswer(event, context.ownerIdentities);
  if (entry === null || !entry.event.ownCalendar || entry.event.organizer !== event.organizer) return said;
  if (entry.event.sequence < event.sequence) return said;
  return ownAnswer(entry.event, context.ownerIdentities) ?? said;
}

/** A series is over with its last time. */
function isOver(event: EventDetails, context: TriageContext): boolean {
  if (event.rrule === null) return endOf(event, context.clock) < context.nowMs;
  const until = /(?:^|;)UNTIL=(\d{4})(\d{2})(\d{2})/im.exec(event.rrule);
  if (until === null) return false;
  const [year = 0, month = 0, day = 0] = until.slice(1).map(Number);
  return context.clock.instant(year, month - 1, day + 1, 0, 0) < context.nowMs;
}

/** Each time of the event is compared, those of a series too. */
function addClash(event: EventDetails, threadId: number, context: TriageContext, collector: Collector): void {
  const fromMs = Date.parse(event.startsAt ?? "");
  const alone = [{ fromMs, toMs: event.endsAt === null ? fromMs : Date.parse(event.endsAt) }];
  const times = event.rrule === null ? alone : (context.timesOf.get(event.uid) ?? alone);
  for (const time of times) {
    if (time.toMs < context.nowMs) continue;
    const clash = context.events.find(
      (other) =>
        other.fromMs < time.toMs &&
        other.toMs > time.fromMs &&
        other.event.busy !== false &&
        other.event.uid !== event.uid &&
        other.event.threadId !== threadId,
    );
    if (clash === undefined) continue;
    collector.add("event_clash", `clashes with “${clash.event.title}”`, { vetoes: true });
    return;
  }
}

function addMeetingWords(facts: ItemFacts, collector: Collector): void {
  if (!facts.known && facts.authentication !== "passed" && !facts.direct) return;
  const about = facts.says("meeting") || mentionsTime(facts);
  if (!about || facts.viaList) return;
  if (saysCancelled(facts))
    collector.add("event_cancelled", "speaks of a cancelled meeting", { vetoes: true, strength: 0.6 });
  else if (facts.says("reschedule") && mentionsTime(facts))
    collector.add("event_moved", "speaks of a moved meeting", { vetoes: true, strength: 0.6 });
  else if (facts.machine && facts.says("confirmWord") && mentionsTime(facts))
    collector.add("invitation", "asks you to confirm an appointment", { vetoes: true, strength: 0.5 });
  else if (facts.says("invitation") && mentionsTime(facts))
    collector.add("invitation", "invites you", { vetoes: true, strength: 0.5 });
}

const unlessAnswered = new Set([
  "if",
  "wenn",
  "falls",
  "unless",
  "sonst",
  "ansonsten",
  "andernfalls",
  "otherwise",
  "sinon",
  "altrimenti",
  "senao",
]);

/** "If you can't come" and "otherwise I have to cancel" cancel nothing yet. */
function saysCancelled({ reading, subjectReading }: ItemFacts): boolean {
  return [...reading.sentences, ...subjectReading.sentences].some(
    (sentence) =>
      holds(sentence, "cancel") &&
      sentence.words[0] !== "si" &&
      !sentence.words.some((word) => unlessAnswered.has(word)),
  );
}

function mentionsTime(facts: ItemFacts): boolean {
  const text = `${rawText(facts.item.subject)}\n${facts.text.slice(0, 2000)}`;
  return (
    /\b\d{1,2}(?:[:.]\d{2}|\s?(?:am|pm|uhr|h\d{0,2})\b)|\b\d{1,2}[./]\d{1,2}\b/i.test(text) ||
    facts.says("tomorrow") ||
    facts.says("today")
  );
}
