import { rawText } from "../../core/untrusted.ts";
import type { TriageContext } from "../triage-context.ts";
import type { Collector } from "./collector.ts";
import type { ItemFacts } from "./read-item.ts";

/**
 * Calendar decisions: an unanswered invitation, a moved or cancelled event, a clash with another event; and, without calendar
 * data, words that move or cancel a meeting. Past events ask for nothing.
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
  const startMs = event.startsAt === null ? Number.NaN : Date.parse(event.startsAt);
  const endMs = event.endsAt === null ? startMs : Date.parse(event.endsAt);
  if (event.rrule === null && endMs < context.nowMs) {
    collector.add("event_past", "the event is over");
    return;
  }
  const mine = event.attendees.find((attendee) => context.ownerIdentities.has(attendee.address.toLowerCase()));
  const organised = event.organizer !== null && context.ownerIdentities.has(event.organizer.toLowerCase());
  if (event.status === "cancelled" || event.method === "CANCEL") {
    collector.add("event_cancelled", "an event was cancelled", { vetoes: true });
    return;
  }
  if (organised) return;
  if (event.sequence > 0 && mine?.answer === "needs_action")
    collector.add("event_moved", "the event was changed", { vetoes: true });
  else if (mine?.answer === "needs_action" || (event.method === "REQUEST" && mine === undefined))
    collector.add("invitation", "an invitation you have not answered", { vetoes: true });
  // The owner's own entries, and those they said yes to, clash knowingly.
  const open = mine?.answer === "needs_action" || mine?.answer === "tentative" || event.method === "REQUEST";
  if (open && !event.allDay && !event.transparent) addClash(facts, threadId, startMs, endMs, context, collector);
}

function addClash(
  facts: ItemFacts,
  threadId: number,
  startMs: number,
  endMs: number,
  context: TriageContext,
  collector: Collector,
): void {
  const uid = facts.item.event?.uid ?? "";
  for (const { event, fromMs, toMs } of context.events) {
    if (fromMs >= endMs) return;
    if (toMs <= startMs || event.uid === uid || event.threadId === threadId) continue;
    collector.add("event_clash", `clashes with “${event.title}”`, { vetoes: true });
    return;
  }
}

function addMeetingWords(facts: ItemFacts, collector: Collector): void {
  if (!facts.known && facts.authentication !== "passed" && !facts.direct) return;
  const about = facts.says("meeting") || mentionsTime(facts);
  if (!about || facts.viaList) return;
  if (facts.says("cancel"))
    collector.add("event_cancelled", "speaks of a cancelled meeting", { vetoes: true, strength: 0.6 });
  else if (facts.says("reschedule") && mentionsTime(facts))
    collector.add("event_moved", "speaks of a moved meeting", { vetoes: true, strength: 0.6 });
  else if (facts.machine && facts.says("confirmWord") && mentionsTime(facts))
    collector.add("invitation", "asks you to confirm an appointment", { vetoes: true, strength: 0.5 });
  else if (facts.says("invitation") && mentionsTime(facts))
    collector.add("invitation", "invites you", { vetoes: true, strength: 0.5 });
}

function mentionsTime(facts: ItemFacts): boolean {
  const text = `${rawText(facts.item.subject)}\n${facts.text.slice(0, 2000)}`;
  return (
    /\b\d{1,2}(?:[:.]\d{2}|\s?(?:am|pm|uhr|h\d{0,2})\b)|\b\d{1,2}[./]\d{1,2}\b/i.test(text) ||
    facts.says("tomorrow") ||
    facts.says("today")
  );
}
