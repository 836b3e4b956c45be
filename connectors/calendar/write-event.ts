import { z } from "zod";
import type { OutgoingRequest } from "../../src/core/action.ts";
import { foreignRequest, readJsonBody } from "../google-account/read-json-body.ts";
import { eventTime } from "./event-time.ts";
import { markName } from "./live-event.ts";

const answers = ["needsAction", "declined", "tentative", "accepted"] as const;
const addressText = z
  .string()
  .regex(/^[^\s@<>,;]+@[^\s@<>,;]+$/)
  .max(320);

/** A guest in the order it is written; what is absent is not written. */
export const writtenGuest = z.strictObject({
  email: addressText,
  displayName: z.string().optional(),
  responseStatus: z.enum(answers).optional(),
  optional: z.boolean().optional(),
  resource: z.boolean().optional(),
  comment: z.string().optional(),
  additionalGuests: z.number().optional(),
});
export type WrittenGuest = z.output<typeof writtenGuest>;

const visibility = z.enum(["default", "public", "private", "confidential"]);
const transparency = z.enum(["opaque", "transparent"]);

/** The body of `events.insert`. The id is the client's, so that the same event cannot be made twice. */
export const insertBody = z.strictObject({
  /** base32hex. Source: events.insert, `id`. */
  id: z.string().regex(/^[a-v0-9]{26,64}$/),
  summary: z.string(),
  location: z.string(),
  description: z.string(),
  start: eventTime,
  end: eventTime,
  recurrence: z.array(z.string()).optional(),
  attendees: z.array(writtenGuest).optional(),
  transparency,
  visibility,
  conferenceData: z
    .strictObject({
      createRequest: z.strictObject({
        requestId: z.string().regex(/^[a-z0-9]{32}$/),
        conferenceSolutionKey: z.strictObject({ type: z.literal("hangoutsMeet") }),
      }),
    })
    .optional(),
});
export type InsertBody = z.output<typeof insertBody>;

/** A time of a patch takes away what it no longer is. Source: events.patch, "null to clear". */
const patchedTime = z.union([
  z.strictObject({ date: z.iso.date(), dateTime: z.null(), timeZone: z.null() }),
  z.strictObject({ date: z.null(), dateTime: z.string(), timeZone: z.string() }),
]);

/** The body of `events.patch`: what is absent stays, lists are written as a whole. */
export const patchBody = z.strictObject({
  summary: z.string().optional(),
  location: z.string().optional(),
  description: z.string().optional(),
  start: patchedTime.optional(),
  end: patchedTime.optional(),
  transparency: transparency.optional(),
  visibility: visibility.optional(),
  attendeesOmitted: z.literal(true).optional(),
  attendees: z.array(writtenGuest).optional(),
  extendedProperties: z.strictObject({
    private: z.strictObject({ [markName]: z.string().regex(/^[a-z0-9]{32}$/) }),
  }),
});
export type PatchBody = z.output<typeof patchBody>;

/** Whether Google writes to the guests. Always said: what it does by itself is not for others to know. */
export const notify = z.enum(["all", "none"]);
export type Notify = z.output<typeof notify>;

/** What a request that changes an event carries, decoded from what would leave. */
export type EventWriting =
  | { kind: "insert"; calendar: string; notify: Notify; body: InsertBody }
  | { kind: "patch"; calendar: string; eventId: string; etag: string; notify: Notify; body: PatchBody }
  | { kind: "delete"; calendar: string; eventId: string; etag: string; notify: Notify };

const path = /^\/calendar\/v3\/calendars\/([^/]+)\/events(?:\/([^/]+))?$/;

/** Contract: pure. Errors: `no_permission` for every request that no action of the calendar makes. */
export function readEventWriting(request: OutgoingRequest): EventWriting {
  const [, calendarPart = "", eventPart] = path.exec(request.path) ?? [];
  const calendar = decodePart(calendarPart);
  if (request.method === "POST") {
    if (eventPart !== undefined || request.ifMatch !== undefined) throw foreignRequest("its address");
    const body = readJsonBody(request, insertBody);
    const hasMeet = body.conferenceData !== undefined;
    return { kind: "insert", calendar, notify: readQuery(request, hasMeet), body };
  }
  const eventId = decodePart(eventPart ?? "");
  const etag = request.ifMatch ?? "";
  // Without it a change would go over whatever somebody else changed.
  if (etag === "" || etag === "*") throw foreignRequest("no version it holds for");
  const place = { calendar, eventId, etag, notify: readQuery(request, false) };
  if (request.method === "PATCH") return { kind: "patch", ...place, body: readJsonBody(request, patchBody) };
  if (request.method !== "DELETE" || request.body.byteLength > 0) throw foreignRequest("its method");
  return { kind: "delete", ...place };
}

/** What only putting back sends: a field no input has, so that it differs from whatever was approved. */
export const onlyPutsBack: object = { onlyPutsBack: true };

function readQuery({ query }: OutgoingRequest, hasMeet: boolean): Notify {
  const wanted = query.get("sendUpdates");
  const written = new URLSearchParams({
    sendUpdates: wanted ?? "",
    ...(hasMeet ? { conferenceDataVersion: "1" } : {}),
  });
  const parsed = notify.safeParse(wanted);
  if (!parsed.success || written.toString() !== query.toString()) throw foreignRequest("its query");
  return parsed.data;
}

function decodePart(part: string): string {
  const text = decodeURIComponent(part);
  if (text === "" || encodeURIComponent(text) !== part) throw foreignRequest("its address");
  return text;
}
