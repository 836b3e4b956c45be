import type { Preview, PreviewRecipient } from "../../src/core/action.ts";
import { plural } from "../../src/core/plural.ts";
import type { EventFields } from "./event-fields.ts";
import type { Span } from "./event-time.ts";
import type { CalendarLook } from "./pick-event.ts";
import { whenWords } from "./when-words.ts";
import type { Notify } from "./write-event.ts";

/** An event as text, for the two sides of a difference. Pure. */
export function eventText(fields: EventFields, zone: string): string {
  const { title, location, description, free, visibility, guests } = fields;
  const lines = [
    `Title: ${title}`,
    `When: ${whenWords(fields, zone)}`,
    `Where: ${location}`,
    `Shown as: ${free ? "free" : "busy"}`,
    `Visibility: ${visibility}`,
    ...guests.map(({ email, responseStatus, optional }) => {
      const said = [answerWords[responseStatus ?? "needsAction"], ...(optional === true ? ["optional"] : [])];
      return `Guest: ${email} (${said.join(", ")})`;
    }),
    "",
    description,
  ];
  return `${lines.join("\n").trimEnd()}\n`;
}

export const answerWords = {
  needsAction: "no answer",
  accepted: "accepted",
  declined: "declined",
  tentative: "maybe",
} as const;

/** The fields of a card about a new or a whole event. */
export function eventLines(
  fields: Span & Pick<EventFields, "location" | "free" | "visibility">,
  zone: string,
): Preview["fields"] {
  const { location, free, visibility } = fields;
  return [
    { label: "When", value: whenWords(fields, zone) },
    ...(location === "" ? [] : [{ label: "Where", value: location }]),
    ...(free ? [{ label: "Shown as", value: "free" }] : []),
    ...(visibility === "default" ? [] : [{ label: "Visibility", value: visibility }]),
  ];
}

/** Guests as recipients, by the names the owner knows them by: those do not leave. */
export async function toRecipients(
  addresses: readonly string[],
  look: CalendarLook,
  role: PreviewRecipient["role"] = "guest",
): Promise<PreviewRecipient[]> {
  return await Promise.all(
    addresses.map(async (address) => ({ role, channel: "mail" as const, address, name: await look.nameOf(address) })),
  );
}

/** Who is written to by Google. */
export function mailWords(others: readonly string[], notify: Notify): string[] {
  if (others.length === 0) return [];
  const who = others.length === 1 ? "the one guest" : `the ${plural(others.length, "guest")}`;
  return [notify === "all" ? `Google mails ${who}.` : `Google mails nobody, but ${who} can see it.`];
}
