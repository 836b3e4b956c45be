import { createHash } from "node:crypto";
import { z } from "zod";
import type { Call, Outcome, Preview } from "../../src/core/action.ts";
import { StewardError } from "../../src/core/errors.ts";
import type { CalendarDoorClient, EventPlace } from "./door-client.ts";
import { type LiveEvent, markOf } from "./live-event.ts";
import type { CalendarLook } from "./pick-event.ts";
import { type Notify, notify, type PatchBody } from "./write-event.ts";

export type CalendarCall = Call<CalendarDoorClient>;

/** What every input about an event that is there says of it. */
export const knownEvent = {
  calendar: z.string().min(1).max(300),
  eventId: z.string().regex(/^[\w-]{1,1100}$/),
  /** Of the event as it was looked at: it is changed as this, or not at all. */
  etag: z.string().min(1).max(300),
  isSeries: z.boolean(),
  /** Whom it reaches, lower case; empty when it is the owner's alone. */
  others: z.array(z.string()),
  notify,
  threadId: z.int().positive().nullable(),
  itemIds: z.array(z.int().positive()),
};

/** What is said of an event after it was changed. */
export const changedEvent = z.strictObject({ calendar: z.string(), eventId: z.string(), etag: z.string() });
export type ChangedEvent = z.output<typeof changedEvent>;

/** Requests that were under way when the answer was lost arrive within this. */
export const settleMs = 30_000;

/** The one id for a new event of an approved card. Source: RFC 4648 §7, base32hex. Pure. */
export function eventIdOf(key: string): string {
  const bits = [...createHash("sha256").update(key).digest()].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  const fives = bits.match(/.{1,5}/g) ?? [];
  return fives.map((five) => "0123456789abcdefghijklmnopqrstuv"[Number.parseInt(five.padEnd(5, "0"), 2)]).join("");
}

/**
 * Changes the event as it was approved, or not at all. A version that was passed over by the same change under the same mark is
 * that change: Google is asked, so that guests are never mailed twice. Errors: `moved`, and what is not known.
 */
export async function patchEvent(
  place: EventPlace,
  body: PatchBody,
  told: Notify,
  call: CalendarCall,
): Promise<ChangedEvent> {
  const { calendar, eventId } = place;
  try {
    const { etag } = await call.client.patch(place, body, told, call.signal);
    return { calendar, eventId, etag };
  } catch (error) {
    if (!(error instanceof StewardError) || error.code !== "moved") throw error;
    const now = await call.client.event(calendar, eventId, call.signal).catch(asUnknown);
    if (now !== null && markOf(now) === call.idempotencyKey) return { calendar, eventId, etag: now.etag };
    throw new StewardError("moved", "The event was changed by somebody else.");
  }
}

/** Whether a change came through, by the mark it carries. */
export async function settlePatch(place: EventPlace, call: CalendarCall): Promise<Outcome<ChangedEvent>> {
  const { calendar, eventId } = place;
  const now = await call.client.event(calendar, eventId, call.signal);
  if (now === null || now.status === "cancelled") {
    return { kind: "unknown", reason: "The event was removed since; nobody can tell whether it was changed before." };
  }
  const mark = markOf(now);
  if (mark === call.idempotencyKey) return { kind: "done", result: { calendar, eventId, etag: now.etag } };
  if (now.etag === place.etag) return notYet(call, "The event is as it was by now.");
  // Any change of it since would have kept our mark.
  if (mark === null) return { kind: "not_done" };
  return { kind: "unknown", reason: "The event was changed by another card since; look whether it is right." };
}

/** Not done, once nothing can be under way any more. */
export function notYet<T>(call: CalendarCall, reason: string): Outcome<T> {
  const sinceMs = call.committedAt === undefined ? settleMs : call.clock.now() - Date.parse(call.committedAt);
  return sinceMs >= settleMs ? { kind: "not_done" } : { kind: "unknown", reason, askAgainMs: settleMs - sinceMs };
}

/** The event as it is now: what an approval rests on. Where Google cannot be asked, writing holds for that version alone. */
export async function eventBasis(
  { calendar, eventId, etag }: EventPlace,
  look: CalendarLook,
): Promise<{ basis: Preview["basis"]; now: LiveEvent | null }> {
  const what = "the event";
  if (look.client === null) return { basis: [{ what, version: etag }], now: null };
  const now = await look.client.event(calendar, eventId, look.signal);
  const isThere = now !== null && now.status !== "cancelled";
  return { basis: [{ what, version: isThere ? now.etag : "removed" }], now: isThere ? now : null };
}

/** A failure after a request that may have changed something says nothing about that. */
export function asUnknown(error: unknown): never {
  if (error instanceof StewardError && error.code === "interrupted") throw error;
  throw new StewardError("unavailable", "Google could not be asked what became of it.", { cause: error });
}
