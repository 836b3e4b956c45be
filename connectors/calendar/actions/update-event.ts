import { z } from "zod";
import { type Action, blankPreview, type Preview } from "../../../src/core/action.ts";
import { isSameJson } from "../../../src/core/canonical.ts";
import { StewardError } from "../../../src/core/errors.ts";
import { forScreen } from "../../../src/core/untrusted.ts";
import { type ChangedEvent, changedEvent, eventBasis, knownEvent, patchEvent, settlePatch } from "../change-event.ts";
import type { CalendarDoorClient } from "../door-client.ts";
import {
  cleanLine,
  cleanText,
  type EventChanges,
  type EventFields,
  eventChanges,
  eventFields,
  fieldsOf,
  fromPatch,
  guestAddress,
  isListWhole,
  newFields,
  toPatch,
} from "../event-fields.ts";
import { askedTimes, instantOf, readSpan } from "../event-time.ts";
import { eventText, mailWords, toRecipients } from "../event-words.ts";
import { findClashes } from "../find-clashes.ts";
import { type LiveEvent, othersOf } from "../live-event.ts";
import { type CalendarLook, type PickedEvent, pickEvent, whichEvent } from "../pick-event.ts";
import { whenWords } from "../when-words.ts";
import { readEventWriting } from "../write-event.ts";

const guestList = z.array(z.string().max(400)).max(200).optional();
const askSchema = z.strictObject({
  ...whichEvent,
  title: z.string().min(1).max(300).optional(),
  /** A new start alone keeps how long it takes. */
  ...askedTimes,
  location: z.string().max(500).optional(),
  description: z.string().max(8_000).optional(),
  free: z.boolean().optional(),
  visibility: newFields.visibility.optional(),
  addGuests: guestList,
  removeGuests: guestList,
});
const inputSchema = z.strictObject({ ...knownEvent, before: eventFields, changes: eventChanges });
const resultSchema = changedEvent.extend({ back: eventChanges });
type Ask = z.output<typeof askSchema>;
type Input = z.output<typeof inputSchema>;
type Result = z.output<typeof resultSchema>;

/** Another time, place, text or guests of an event. Undone, the fields that changed are as they were. */
export const updateEvent: Action<Ask, Input, null, Result, CalendarDoorClient> = {
  name: "calendar.update_event",
  tier: "change",
  description: "Change an event: its time, title, place, text or guests. A series as a whole keeps its times.",
  ask: askSchema,
  input: inputSchema,
  handle: z.null(),
  result: resultSchema,
  resolve: async (ask, look) => fillIn(ask, look),
  raise: ({ others }) => (others.length > 0 ? "send" : "change"),
  preview: previewChange,
  execute: async (input, _handle, call) =>
    withBack(input, await patchEvent(input, toPatch(input.changes, call.idempotencyKey), input.notify, call)),
  readBack: (request): Partial<Input> => {
    const writing = readEventWriting(request);
    if (writing.kind !== "patch" || writing.body.attendeesOmitted === true) {
      throw new StewardError("no_permission", "That changes no event.");
    }
    const { calendar, eventId, etag, notify, body } = writing;
    return { calendar, eventId, etag, notify, changes: fromPatch(body) };
  },
  reconcile: async (input, _handle, call) => {
    const outcome = await settlePatch(input, call);
    return outcome.kind === "done" ? { kind: "done", result: withBack(input, outcome.result) } : outcome;
  },
  undo: async ({ back, ...place }, call) => {
    await call.client.patch(place, toPatch(back, call.idempotencyKey), "none", call.signal);
  },
  mayUndo: ({ others }) => others.length === 0,
  receipt: ({ before, changes }) => {
    const title = forScreen(changes.title ?? before.title);
    const span = { start: changes.start ?? before.start, end: changes.end ?? before.end };
    const when = whenWords(span, "date" in span.start ? "UTC" : span.start.timeZone);
    return changes.start === undefined ? `Changed “${title}”.` : `Moved “${title}” to ${when}.`;
  },
};

function withBack({ before, changes }: Input, result: ChangedEvent): Result {
  const entries = Object.entries(before).filter(([name]) => Reflect.get(changes, name) !== undefined);
  return { ...result, back: eventFields.partial().parse(Object.fromEntries(entries)) };
}

async function fillIn(ask: Ask, look: CalendarLook): Promise<Input> {
  const picked = await pickEvent(ask, look);
  const { calendar, event, isSeries, threadId, itemIds } = picked;
  refuseForeign(event);
  const before = fieldsOf(event, look.owner.zone);
  const wanted: EventChanges = {
    ...(ask.title === undefined ? {} : { title: cleanLine(ask.title) }),
    ...newTimes(ask, before, picked, look.owner.zone),
    ...(ask.location === undefined ? {} : { location: cleanLine(ask.location) }),
    ...(ask.description === undefined ? {} : { description: cleanText(ask.description) }),
    ...(ask.free === undefined ? {} : { free: ask.free }),
    ...(ask.visibility === undefined ? {} : { visibility: ask.visibility }),
    ...newGuests(ask, event, before),
  };
  const entries = Object.entries(wanted).filter(([name, value]) => !isSameJson(value, Reflect.get(before, name)));
  if (entries.length === 0) throw new StewardError("usage", "The event is like that already.");
  const changes = eventChanges.parse(Object.fromEntries(entries));
  const added = (changes.guests ?? [])
    .filter(({ resource }) => resource !== true)
    .map(({ email }) => email.toLowerCase());
  const others = [...new Set([...othersOf(event, look.account), ...added])].filter((one) => one !== look.account);
  return {
    calendar,
    eventId: event.id,
    etag: event.etag,
    isSeries,
    others,
    notify: others.length > 0 ? "all" : "none",
    threadId,
    itemIds,
    before,
    changes,
  };
}

/** Errors: `no_permission` for an event that only somebody else can change. */
function refuseForeign(event: LiveEvent): void {
  if (event.organizer.self || event.guestsCanModify) return;
  const host = forScreen(event.organizer.displayName || event.organizer.email);
  throw new StewardError("no_permission", `Only ${host}, who invited you, can change this event.`, {
    cure: "Answer the invitation (calendar.respond), or write to them.",
  });
}

function newTimes(ask: Ask, before: EventFields, { isSeries }: PickedEvent, zone: string): EventChanges {
  const { start, end, durationMinutes } = ask;
  if (start === undefined && end === undefined && durationMinutes === undefined) {
    if (ask.zone === undefined) return {};
    throw new StewardError("usage", "Give the new time with its zone.");
  }
  if (isSeries) {
    throw new StewardError("usage", "The event repeats: moving all of it would lose the times it had.", {
      cure: "Say which day of it is meant (date), or move the series in Google Calendar.",
    });
  }
  const own = "date" in before.start ? zone : before.start.timeZone;
  const asked = { ...ask, zone: ask.zone ?? (start === undefined ? own : zone) };
  if (start === undefined) return readSpan({ ...asked, start: plainStart(before) }, zone);
  const keepsLength = end === undefined && durationMinutes === undefined && !/^\d{4}-\d\d-\d\d$/.test(start);
  if (!keepsLength || "date" in before.start) return readSpan({ ...asked, start }, zone);
  const minutes = (instantOf(before.end, zone) - instantOf(before.start, zone)) / 60_000;
  return readSpan({ ...asked, start, durationMinutes: Math.max(1, Math.round(minutes)) }, zone);
}

function plainStart({ start }: EventFields): string {
  return "date" in start ? start.date : start.dateTime;
}

/** The whole list, as Google wants it: who stays, stays with their answer. Errors: `usage`. */
function newGuests(ask: Ask, event: LiveEvent, before: EventFields): EventChanges {
  const added = (ask.addGuests ?? []).map(guestAddress);
  const removed = (ask.removeGuests ?? []).map(guestAddress);
  if (added.length === 0 && removed.length === 0) return {};
  if (!isListWhole(event)) {
    throw new StewardError("usage", "Google does not show all guests of this event: its list cannot be written.", {
      cure: "Change the guests in Google Calendar.",
    });
  }
  const has = new Set(before.guests.map(({ email }) => email.toLowerCase()));
  const missing = removed.find((address) => !has.has(address));
  if (missing !== undefined) throw new StewardError("usage", `${missing} is no guest of it.`);
  const kept = before.guests.filter(({ email }) => !removed.includes(email.toLowerCase()));
  const fresh = [...new Set(added)].filter((address) => !has.has(address)).map((email) => ({ email }));
  return { guests: [...kept, ...fresh] };
}

async function previewChange(input: Input, look: CalendarLook): Promise<Preview> {
  const { before, changes, others } = input;
  const after = eventFields.parse({ ...before, ...changes });
  const { zone } = look.owner;
  const { basis } = await eventBasis(input, look);
  const isMoved = changes.start !== undefined || changes.end !== undefined;
  const title = forScreen(before.title).trim() || "(no title)";
  return {
    ...blankPreview,
    title: `${isMoved ? "Move" : "Change"} “${title}”${input.isSeries ? ", all times of it" : ""}`,
    recipients: await toRecipients(others, look),
    fields: [
      { label: "When", value: whenWords(after, zone) },
      ...(after.location === "" ? [] : [{ label: "Where", value: forScreen(after.location) }]),
    ],
    diffs: [{ name: title, before: eventText(before, zone), after: eventText(after, zone) }],
    consequences: [
      ...(input.isSeries ? ["It changes every time of the series, past ones too."] : []),
      ...mailWords(others, input.notify),
      ...(isMoved && !after.free ? await findClashes(after, look, input.eventId) : []),
    ],
    about: { threadId: input.threadId, itemIds: input.itemIds },
    basis,
  };
}
