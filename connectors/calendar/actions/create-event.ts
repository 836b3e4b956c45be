import { z } from "zod";
import { type Action, blankPreview, type Outcome, type Preview } from "../../../src/core/action.ts";
import { StewardError } from "../../../src/core/errors.ts";
import { plural } from "../../../src/core/plural.ts";
import { asUnknown, type CalendarCall, type ChangedEvent, changedEvent, eventIdOf, notYet } from "../change-event.ts";
import type { CalendarDoorClient } from "../door-client.ts";
import { cleanLine, cleanText, fromInsert, guestAddress, newFields, toInsert } from "../event-fields.ts";
import { askedTimes, readSpan } from "../event-time.ts";
import { eventLines, mailWords, toRecipients } from "../event-words.ts";
import { findClashes } from "../find-clashes.ts";
import type { CalendarLook } from "../pick-event.ts";
import { whenWords } from "../when-words.ts";
import { notify, onlyPutsBack, readEventWriting, writtenGuest } from "../write-event.ts";

const askSchema = z.strictObject({
  title: z.string().min(1).max(300),
  ...askedTimes,
  start: z.string().max(40),
  /** Addresses, such as `paul@adler.example` or `Paul Adler <paul@adler.example>`: they are invited. */
  guests: z.array(z.string().max(400)).max(200).optional(),
  location: z.string().max(500).optional(),
  description: z.string().max(8_000).optional(),
  /** A Google Meet link is made for it. */
  meet: z.boolean().optional(),
  /** Shown as free. */
  free: z.boolean().optional(),
  visibility: newFields.visibility.optional(),
  /** Google's id of one of the account's calendars; its own without it. */
  calendar: z.string().min(1).max(300).optional(),
  /** Steward's number of the conversation it is about. */
  thread: z.int().positive().optional(),
});
const inputSchema = z.strictObject({
  calendar: z.string().min(1).max(300),
  ...newFields,
  guests: z.array(writtenGuest.shape.email).max(200),
  meet: z.boolean(),
  notify,
  threadId: z.int().positive().nullable(),
});
type Ask = z.output<typeof askSchema>;
type Input = z.output<typeof inputSchema>;

/** A new event; with guests it is an invitation. Undone, it is removed again as long as nobody changed it. */
export const createEvent: Action<Ask, Input, null, ChangedEvent, CalendarDoorClient> = {
  name: "calendar.create_event",
  tier: "change",
  description: "Put an event into the owner's calendar, and invite guests to it.",
  ask: askSchema,
  input: inputSchema,
  handle: z.null(),
  result: changedEvent,
  resolve: async (ask, look) => fillIn(ask, look),
  raise: ({ guests }) => (guests.length > 0 ? "send" : "change"),
  preview: previewEvent,
  execute: insert,
  readBack: (request): Partial<Input> => {
    const writing = readEventWriting(request);
    if (writing.kind === "delete") return onlyPutsBack;
    if (writing.kind === "patch") throw new StewardError("no_permission", "That makes no event.");
    const { guests, recurrence, ...fields } = inserted(writing.body);
    if (recurrence.length > 0) throw new StewardError("no_permission", "That repeats.");
    return { ...fields, guests, calendar: writing.calendar, notify: writing.notify };
  },
  reconcile: settle,
  undo: async (result, call) => {
    await call.client.remove(result, "none", call.signal);
  },
  mayUndo: ({ guests }) => guests.length === 0,
  edit: {
    read: ({ title, description, guests }) => ({ subject: title, text: description, to: guests }),
    apply: (input, { subject, text, to }) => {
      const guests = to === undefined ? input.guests : unique(to.map(guestAddress));
      return {
        ...input,
        title: subject === undefined ? input.title : cleanLine(subject),
        description: text === undefined ? input.description : cleanText(text),
        guests,
        notify: guests.length > 0 ? "all" : "none",
      };
    },
  },
  receipt: ({ title, guests, ...span }) => {
    const when = whenWords(span, "date" in span.start ? "UTC" : span.start.timeZone);
    const done = guests.length === 0 ? `Put “${title}” in your calendar` : `Invited ${plural(guests.length, "guest")}`;
    return `${done}${guests.length === 0 ? "" : ` to “${title}”`}: ${when}.`;
  },
};

async function fillIn(ask: Ask, look: CalendarLook): Promise<Input> {
  const guests = unique((ask.guests ?? []).map(guestAddress)).filter((address) => address !== look.account);
  return {
    calendar: ask.calendar ?? look.account,
    title: cleanLine(ask.title),
    ...readSpan(ask, look.owner.zone),
    location: cleanLine(ask.location ?? ""),
    description: cleanText(ask.description ?? ""),
    free: ask.free ?? false,
    visibility: ask.visibility ?? "default",
    guests,
    meet: ask.meet ?? false,
    notify: guests.length > 0 ? "all" : "none",
    threadId: ask.thread ?? null,
  };
}

async function previewEvent(input: Input, look: CalendarLook): Promise<Preview> {
  const { title, guests, description } = input;
  const clashes = input.free ? [] : await findClashes(input, look, null);
  return {
    ...blankPreview,
    title: guests.length === 0 ? `Put “${title}” in your calendar` : `Invite ${await whom(guests, look)} to “${title}”`,
    recipients: await toRecipients(guests, look),
    fields: [
      { label: "Title", value: title },
      ...eventLines(input, look.owner.zone),
      ...(input.calendar === look.account ? [] : [{ label: "Calendar", value: input.calendar }]),
      ...(input.meet ? [{ label: "Video", value: "Google Meet" }] : []),
    ],
    text: description === "" ? null : description,
    consequences: [
      ...mailWords(guests, input.notify),
      ...(guests.length === 0
        ? []
        : ["Taking it back later needs a card of its own: the guests are told of that, too."]),
      ...clashes,
    ],
    about: { threadId: input.threadId, itemIds: [] },
  };
}

async function whom(guests: readonly string[], look: CalendarLook): Promise<string> {
  const [first = "", ...others] = guests;
  const name = (await look.nameOf(first)) || first;
  return others.length === 0 ? name : `${name} and ${plural(others.length, "other")}`;
}

/** The id is the approved card's: what Google says to be there already is this event. */
async function insert(input: Input, _handle: null, call: CalendarCall): Promise<ChangedEvent> {
  const { calendar } = input;
  const id = eventIdOf(call.idempotencyKey);
  const guests = input.guests.map((email) => ({ email }));
  const body = toInsert(id, { ...input, guests }, input.meet ? { meetKey: call.idempotencyKey } : {});
  try {
    const made = await call.client.insert(calendar, body, input.notify, call.signal);
    if (made.id !== id) throw new StewardError("unavailable", "Google answered with another event.");
    return { calendar, eventId: id, etag: made.etag };
  } catch (error) {
    if (!(error instanceof StewardError) || error.code !== "moved") throw error;
    const there = await call.client.event(calendar, id, call.signal).catch(asUnknown);
    if (there !== null) return { calendar, eventId: id, etag: there.etag };
    throw new StewardError("unavailable", "Google says that the event is there, and does not show it yet.");
  }
}

async function settle(input: Input, _handle: null, call: CalendarCall): Promise<Outcome<ChangedEvent>> {
  const eventId = eventIdOf(call.idempotencyKey);
  const there = await call.client.event(input.calendar, eventId, call.signal);
  if (there === null) return notYet(call, "Google does not show the event by now.");
  return { kind: "done", result: { calendar: input.calendar, eventId, etag: there.etag } };
}

/** Guests that are written with more than an address were not asked for so. */
function inserted(body: Parameters<typeof fromInsert>[0]) {
  const { guests, visibility, ...fields } = fromInsert(body);
  if (visibility === "confidential" || guests.some((guest) => Object.keys(guest).length !== 1)) {
    throw new StewardError("no_permission", "That is no event that was asked for.");
  }
  return { ...fields, visibility, guests: guests.map(({ email }) => email) };
}

function unique(addresses: readonly string[]): string[] {
  return [...new Set(addresses)];
}
