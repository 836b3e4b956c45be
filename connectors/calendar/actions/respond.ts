import { z } from "zod";
import { type Action, blankPreview, type Preview } from "../../../src/core/action.ts";
import { StewardError } from "../../../src/core/errors.ts";
import { forScreen } from "../../../src/core/untrusted.ts";
import { type ChangedEvent, changedEvent, eventBasis, knownEvent, patchEvent, settlePatch } from "../change-event.ts";
import type { CalendarDoorClient } from "../door-client.ts";
import { cleanLine, fieldsOf, toWrittenGuest } from "../event-fields.ts";
import { eventTime } from "../event-time.ts";
import { answerWords, toRecipients } from "../event-words.ts";
import { findClashes } from "../find-clashes.ts";
import { type CalendarLook, pickEvent, whichEvent } from "../pick-event.ts";
import { whenWords } from "../when-words.ts";
import { onlyPutsBack, type PatchBody, readEventWriting, writtenGuest } from "../write-event.ts";

const answers = z.enum(["accepted", "declined", "tentative"]);
const askSchema = z.strictObject({
  ...whichEvent,
  answer: answers,
  /** A note to the organiser. */
  comment: z.string().max(1_000).optional(),
});
const ownEntry = writtenGuest.extend({ responseStatus: writtenGuest.shape.responseStatus.unwrap() });
const entrySchema = ownEntry.extend({ responseStatus: answers });
const inputSchema = z.strictObject({
  ...knownEvent,
  title: z.string(),
  start: eventTime,
  end: eventTime,
  location: z.string(),
  /** The own entry among the guests, as it is and as it becomes: nothing else of the event is written. */
  before: ownEntry,
  entry: entrySchema,
});
const resultSchema = changedEvent.extend({ before: ownEntry });
type Ask = z.output<typeof askSchema>;
type Entry = z.output<typeof entrySchema>;
type Input = z.output<typeof inputSchema>;
type Result = z.output<typeof resultSchema>;

/** The owner's answer to an invitation. */
export const respond: Action<Ask, Input, null, Result, CalendarDoorClient> = {
  name: "calendar.respond",
  tier: "change",
  description: "Answer an invitation: accepted, declined or tentative. The organiser is told.",
  ask: askSchema,
  input: inputSchema,
  handle: z.null(),
  result: resultSchema,
  resolve: async (ask, look) => fillIn(ask, look),
  raise: ({ others }) => (others.length > 0 ? "send" : "change"),
  preview: previewAnswer,
  execute: async (input, _handle, call) =>
    withBefore(input, await patchEvent(input, toAnswer(input.entry, call.idempotencyKey), input.notify, call)),
  readBack: (request): Partial<Input> => {
    const writing = readEventWriting(request);
    if (writing.kind !== "patch") throw new StewardError("no_permission", "That is no answer.");
    const { attendees = [], attendeesOmitted, extendedProperties: _mark, ...others } = writing.body;
    const [entry, another] = attendees;
    if (entry === undefined || another !== undefined || attendeesOmitted !== true || Object.keys(others).length > 0) {
      throw new StewardError("no_permission", "An answer is the own entry alone.");
    }
    const { calendar, eventId, etag, notify } = writing;
    const answered = entrySchema.safeParse(entry);
    // Putting back "no answer" is nothing that can be approved.
    return answered.success ? { calendar, eventId, etag, notify, entry: answered.data } : onlyPutsBack;
  },
  reconcile: async (input, _handle, call) => {
    const outcome = await settlePatch(input, call);
    return outcome.kind === "done" ? { kind: "done", result: withBefore(input, outcome.result) } : outcome;
  },
  undo: async ({ before, ...place }, call) => {
    await call.client.patch(place, toAnswer(before, call.idempotencyKey), "none", call.signal);
  },
  mayUndo: ({ others }) => others.length === 0,
  edit: {
    read: ({ entry }) => ({ text: entry.comment ?? "" }),
    apply: (input, { text }) => (text === undefined ? input : { ...input, entry: withComment(input.entry, text) }),
  },
  receipt: ({ entry, title }) => `Answered “${forScreen(title)}”: ${answerWords[entry.responseStatus]}.`,
};

/** `attendeesOmitted` says that the other guests are not in the list, and stay. Source: events, `attendeesOmitted`. */
function toAnswer(entry: z.output<typeof ownEntry>, mark: string): PatchBody {
  return { attendeesOmitted: true, attendees: [entry], extendedProperties: { private: { stewardAction: mark } } };
}

function withBefore({ before }: Input, result: ChangedEvent): Result {
  return { ...result, before };
}

function withComment({ comment: _comment, ...entry }: Entry, text: string): Entry {
  const comment = cleanLine(text);
  return comment === "" ? entry : { ...entry, comment };
}

async function fillIn(ask: Ask, look: CalendarLook): Promise<Input> {
  const { calendar, event, isSeries, threadId, itemIds } = await pickEvent(ask, look);
  const own = event.attendees.find(({ self }) => self);
  const entry = own === undefined ? null : toWrittenGuest(own);
  if (entry === null) {
    throw new StewardError("usage", "You are no guest of this event: there is nothing to answer.");
  }
  const before = ownEntry.parse(entry);
  const answered: Entry = { ...before, responseStatus: ask.answer };
  const asked = ask.comment === undefined ? answered : withComment(answered, ask.comment);
  if (before.responseStatus === ask.answer && (asked.comment ?? "") === (before.comment ?? "")) {
    throw new StewardError("usage", `Your answer is “${answerWords[ask.answer]}” already.`);
  }
  const { title, start, end, location } = fieldsOf(event, look.owner.zone);
  const host = event.organizer.email.trim().toLowerCase();
  const others = event.organizer.self || host === "" || host === look.account ? [] : [host];
  return {
    calendar,
    eventId: event.id,
    etag: event.etag,
    isSeries,
    others,
    notify: others.length > 0 ? "all" : "none",
    threadId,
    itemIds,
    title,
    start,
    end,
    location,
    before,
    entry: asked,
  };
}

const titles = { accepted: "Accept", declined: "Decline", tentative: "Answer maybe to" } as const;

async function previewAnswer(input: Input, look: CalendarLook): Promise<Preview> {
  const { entry, before, others, location } = input;
  const { basis } = await eventBasis(input, look);
  const [host] = await toRecipients(others, look, "to");
  const { zone } = look.owner;
  return {
    ...blankPreview,
    title: `${titles[entry.responseStatus]} “${forScreen(input.title).trim() || "(no title)"}”`,
    recipients: host === undefined ? [] : [host],
    fields: [
      { label: "Answer", value: `${answerWords[entry.responseStatus]} (was: ${answerWords[before.responseStatus]})` },
      { label: "When", value: `${whenWords(input, zone)}${input.isSeries ? ", and all other times" : ""}` },
      ...(location === "" ? [] : [{ label: "Where", value: forScreen(location) }]),
    ],
    text: entry.comment === undefined || entry.comment === "" ? null : entry.comment,
    consequences: [
      ...(host === undefined ? [] : [`Google mails your answer to ${host.name || host.address}.`]),
      ...(entry.responseStatus === "declined" ? [] : await findClashes(input, look, input.eventId)),
    ],
    about: { threadId: input.threadId, itemIds: input.itemIds },
    basis,
  };
}
