import { toInstant } from "../core/clock.ts";
import type { EventDetails } from "../core/item.ts";
import type { Owner } from "../core/thread.ts";
import { rawText } from "../core/untrusted.ts";
import type { Store } from "../store/open-store.ts";
import { listSources } from "../store/sources.ts";
import { listEvents, listKnownParties, listOwnerMessages, type StoredEvent } from "../store/triage-facts.ts";
import { newestEntries, takesTime } from "./calendar-entries.ts";
import type { Brand } from "./lookalike.ts";
import { createContext, type OpenEvent, type TriageContext } from "./triage-context.ts";
import type { Vocabulary } from "./vocabulary.ts";
import type { Weights } from "./weights.ts";

/** Finds the times of an event in a window; given by the caller, because repeat rules belong to the calendar format. */
export type ExpandEvent = (
  event: EventDetails,
  overrides: EventDetails[],
  fromMs: number,
  toMs: number,
  limit: number,
) => { occurrences: { startsAt: string; endsAt: string; event: EventDetails }[] };

/** What does not change from run to run: the owner, the rules' data, and how to expand events. */
export interface TriageSetting {
  owner: Owner;
  vocabulary: Vocabulary;
  weights: Weights;
  brands: readonly Brand[];
  expandEvent: ExpandEvent;
}

const dayMs = 86_400_000;
/** How far back a thread may lie open and still be brought up. */
export const horizonDays = 60;
const calendarDaysAhead = 60;
const occurrencesPerEvent = 40;

/** Collects from the store what judging needs beside the threads themselves. */
export async function gatherContext(store: Store, setting: TriageSetting, nowMs: number): Promise<TriageContext> {
  const sources = await listSources(store);
  const stored = (await listEvents(store, toInstant(nowMs - horizonDays * dayMs))).filter(
    ({ threadId }) => threadId !== null,
  );
  const entries = newestEntries(stored.filter(({ inCalendar }) => inCalendar));
  const [firstImportAt = null] = sources.map((source) => source.registeredAt).sort();
  return createContext({
    owner: setting.owner,
    nowMs,
    vocabulary: setting.vocabulary,
    weights: setting.weights,
    brands: setting.brands,
    known: await listKnownParties(store),
    elsewhere: await listOwnerMessages(store, toInstant(nowMs - (horizonDays + 30) * dayMs)),
    openEvents: openEvents({ entries, invitations: stored.filter(({ inCalendar }) => !inCalendar) }, setting, nowMs),
    entries: entries.map(({ itemId, event }) => ({ itemId, event })),
    firstImportAt,
  });
}

interface KnownEvents {
  entries: readonly StoredEvent[];
  /** Those that only lie in mail. */
  invitations: readonly StoredEvent[];
}

/** The times of everything in the calendar, and of repeating invitations that are in none, which keep nobody busy. */
function openEvents({ entries, invitations }: KnownEvents, setting: TriageSetting, nowMs: number): OpenEvent[] {
  const owner = new Set(setting.owner.identities);
  const groups = Map.groupBy(entries, ({ event }) => event.uid);
  const repeating = newestEntries(invitations.filter(({ event }) => event.rrule !== null && !groups.has(event.uid)));
  const times = (group: readonly StoredEvent[]) => occurrencesOf(group, setting.expandEvent, nowMs);
  return [
    ...[...groups.values()].flatMap(times).map(({ found, event }) => ({ ...found, busy: takesTime(event, owner) })),
    ...repeating.flatMap((one) => times([one])).map(({ found }) => ({ ...found, busy: false })),
  ];
}

function occurrencesOf(
  group: readonly StoredEvent[],
  expand: ExpandEvent,
  nowMs: number,
): { found: OpenEvent; event: EventDetails }[] {
  const masters = group.filter((one) => one.event.recurrenceId === null);
  const overrides = group.filter((one) => one.event.recurrenceId !== null).map((one) => one.event);
  return (masters.length > 0 ? masters : group).flatMap((one) => {
    if (one.event.status === "cancelled") return [];
    const { occurrences } = expand(
      one.event,
      masters.length > 0 ? overrides : [],
      nowMs - 7 * dayMs,
      nowMs + calendarDaysAhead * dayMs,
      occurrencesPerEvent,
    );
    return occurrences
      .filter(({ event }) => event.status !== "cancelled" && !event.allDay)
      .map(({ startsAt, endsAt, event }) => ({
        found: { threadId: one.threadId ?? 0, uid: one.event.uid, title: rawText(one.subject), startsAt, endsAt },
        event,
      }));
  });
}
