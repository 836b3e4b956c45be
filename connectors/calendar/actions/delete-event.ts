import { z } from "zod";
import { type Action, blankPreview, type Outcome, type Preview } from "../../../src/core/action.ts";
import { StewardError } from "../../../src/core/errors.ts";
import { forScreen } from "../../../src/core/untrusted.ts";
import { asUnknown, type CalendarCall, eventBasis, eventIdOf, knownEvent, notYet } from "../change-event.ts";
import type { CalendarDoorClient } from "../door-client.ts";
import { eventFields, fieldsOf, toInsert } from "../event-fields.ts";
import { eventText, mailWords, toRecipients } from "../event-words.ts";
import { othersOf } from "../live-event.ts";
import { type CalendarLook, pickEvent, whichEvent } from "../pick-event.ts";
import { whenWords } from "../when-words.ts";
import { onlyPutsBack, readEventWriting } from "../write-event.ts";

const askSchema = z.strictObject(whichEvent);
const copy = eventFields.extend({ recurrence: z.array(z.string()) });
const inputSchema = z.strictObject({
  ...knownEvent,
  /** The event as it is, for a copy when it is undone; guests are not asked again. */
  copy,
  /** Of somebody else's event only the own entry goes: that declines it. */
  isOwn: z.boolean(),
});
const resultSchema = z.strictObject({ calendar: z.string(), eventId: z.string(), copy });
type Ask = z.output<typeof askSchema>;
type Input = z.output<typeof inputSchema>;
type Result = z.output<typeof resultSchema>;

/** Takes an event out of the calendar. Undone, a copy of it is there under another id: Google gives a removed id to nobody. */
export const deleteEvent: Action<Ask, Input, null, Result, CalendarDoorClient> = {
  name: "calendar.delete_event",
  tier: "change",
  description: "Delete an event, one time of a series (date), or a whole series. Guests are told.",
  ask: askSchema,
  input: inputSchema,
  handle: z.null(),
  result: resultSchema,
  resolve: async (ask, look) => fillIn(ask, look),
  raise: ({ others }) => (others.length > 0 ? "send" : "change"),
  preview: previewDeletion,
  execute: remove,
  readBack: (request): Partial<Input> => {
    const writing = readEventWriting(request);
    if (writing.kind === "insert") return onlyPutsBack;
    if (writing.kind !== "delete") throw new StewardError("no_permission", "That deletes no event.");
    const { calendar, eventId, etag, notify } = writing;
    return { calendar, eventId, etag, notify };
  },
  reconcile: settle,
  undo: async (result, call) => {
    const { recurrence, ...fields } = result.copy;
    const id = eventIdOf(`${call.idempotencyKey} undone`);
    try {
      await call.client.insert(result.calendar, toInsert(id, fields, { recurrence }), "none", call.signal);
    } catch (error) {
      // The copy has an id of its own: what is there already is the copy.
      if (!(error instanceof StewardError) || error.code !== "moved") throw error;
    }
  },
  mayUndo: ({ others }) => others.length === 0,
  receipt: ({ copy: { title } }) => `Deleted “${forScreen(title)}” from your calendar.`,
};

async function fillIn(ask: Ask, look: CalendarLook): Promise<Input> {
  const { calendar, event, isSeries, threadId, itemIds } = await pickEvent(ask, look);
  const isOwn = event.organizer.self;
  const host = event.organizer.email.trim().toLowerCase();
  const others = isOwn ? othersOf(event, look.account) : [host].filter((one) => one !== "" && one !== look.account);
  const { guests: _guests, ...fields } = fieldsOf(event, look.owner.zone);
  return {
    calendar,
    eventId: event.id,
    etag: event.etag,
    isSeries,
    others,
    notify: others.length > 0 ? "all" : "none",
    threadId,
    itemIds,
    copy: { ...fields, guests: [], recurrence: event.recurrence },
    isOwn,
  };
}

async function previewDeletion(input: Input, look: CalendarLook): Promise<Preview> {
  const { copy: event, others, isSeries, isOwn } = input;
  const { zone } = look.owner;
  const { basis } = await eventBasis(input, look);
  const title = forScreen(event.title).trim() || "(no title)";
  const told = isOwn
    ? mailWords(others, input.notify)
    : others.map((host) => `It counts as declined: Google tells ${host}.`);
  const undo = others.length === 0 ? ["Undone, it comes back as a copy with a new id."] : ["It cannot be taken back."];
  return {
    ...blankPreview,
    title: `Delete “${title}”${isSeries ? ", all times of it" : ""}`,
    recipients: await toRecipients(others, look),
    fields: [{ label: "When", value: whenWords(event, zone) }],
    diffs: [{ name: title, before: eventText(event, zone), after: "" }],
    consequences: [...(isSeries ? ["All times of the series go, past ones too."] : []), ...told, ...undo],
    about: { threadId: input.threadId, itemIds: input.itemIds },
    basis,
  };
}

/** What was removed already is removed: nobody is told twice. Source: events.delete, 410 `deleted`. */
async function remove(input: Input, _handle: null, call: CalendarCall): Promise<Result> {
  try {
    await call.client.remove(input, input.notify, call.signal);
  } catch (error) {
    if (!(error instanceof StewardError) || !["gone", "not_found"].includes(error.code)) throw error;
    const now = await call.client.event(input.calendar, input.eventId, call.signal).catch(asUnknown);
    if (now !== null && now.status !== "cancelled") throw error;
  }
  return toResult(input);
}

async function settle(input: Input, _handle: null, call: CalendarCall): Promise<Outcome<Result>> {
  const now = await call.client.event(input.calendar, input.eventId, call.signal);
  if (now === null || now.status === "cancelled") return { kind: "done", result: toResult(input) };
  return notYet(call, "The event is still in the calendar.");
}

function toResult({ calendar, eventId, copy: event }: Input): Result {
  return { calendar, eventId, copy: event };
}
