import { findLinks } from "../../core/find-links.ts";
import type { ContactDetails, EventDetails } from "../../core/item.ts";
import { rawText } from "../../core/untrusted.ts";
import type { FullItem } from "../../store/items.ts";
import { cutText } from "./cut-text.ts";
import { ownerTime } from "./owner-time.ts";
import { partyWords } from "./party-words.ts";

const mostLinks = 20;
const mostRecipients = 30;
const signatureCharacters = 600;

/** One item as a model reads it: what a person would see, and counts of what they would not. */
export function showItem(item: FullItem, zone: string, limits: { text: number; attachment: number }) {
  const text = rawText(item.text);
  const { text: shown, rest } = cutText(text, `item:${item.id}`, 0, limits.text);
  const to = item.parties.filter(({ role }) => role === "to" || role === "cc" || role === "bcc" || role === "attendee");
  const signature = rawText(item.signature).slice(0, signatureCharacters).toWellFormed();
  return {
    item: item.id,
    from: fromOf(item),
    fromOwner: item.from_owner,
    ...(to.length === 0 ? {} : { to: [...new Set(to.map(wordsOf))].slice(0, mostRecipients) }),
    at: item.event?.allDay === true ? dayOnly(item.sent_at) : ownerTime(item.sent_at, zone),
    title: rawText(item.subject),
    text: shown,
    ...(signature === "" ? {} : { signature }),
    ...(item.event === null ? {} : { event: showEvent(item.event, zone) }),
    ...(item.contact === null ? {} : { contact: showContact(item.contact) }),
    links: linksOf(item, text),
    attachments: item.attachments.map((file, index) => {
      const cut = cutText(rawText(file.text), `item:${item.id}.${index}`, 0, limits.attachment);
      return { name: rawText(file.name), mediaType: file.mediaType, text: cut.text, ...maybe("rest", cut.rest) };
    }),
    ...leftOut(item),
    ...maybe("rest", rest),
  };
}

function maybe<Key extends string>(key: Key, value: string | null): Partial<Record<Key, string>> {
  const given: Partial<Record<Key, string>> = {};
  if (value !== null) given[key] = value;
  return given;
}

/** What is not shown is counted: an answer quotes all that went before, and hidden text is written for machines. */
function leftOut(item: FullItem): { quoted?: string; hiddenCharacters?: number } {
  const [quoted, hidden] = [rawText(item.quoted).trim().length, rawText(item.hidden).trim().length];
  return {
    ...(quoted === 0 ? {} : { quoted: `${quoted} characters: item:${item.id}.quoted@0` }),
    ...(hidden === 0 ? {} : { hiddenCharacters: hidden }),
  };
}

function wordsOf(party: FullItem["parties"][number]): string {
  return partyWords({ name: rawText(party.name), value: party.value });
}

function fromOf(item: FullItem): string {
  const party =
    item.parties.find(({ role }) => role === "from") ?? item.parties.find(({ role }) => role === "organizer");
  return party === undefined ? "" : wordsOf(party);
}

/** Links as they stand: those of the text and those that a mail's HTML has behind words. */
function linksOf(item: FullItem, text: string): string[] {
  const written = findLinks(text).map((link) => link.written);
  return [...new Set([...written, ...(item.mail?.links ?? [])])].slice(0, mostLinks);
}

function showEvent(event: EventDetails, zone: string) {
  const when = (instant: string | null) => (event.allDay ? dayOnly(instant) : ownerTime(instant, zone));
  return {
    start: when(event.startsAt),
    end: when(event.endsAt),
    allDay: event.allDay,
    where: rawText(event.location),
    status: event.status,
    repeats: event.rrule ?? "",
    guests: event.attendees.slice(0, mostRecipients).map(({ address, answer }) => `${address} (${answer})`),
  };
}

function showContact({ names, emails, phones, handles, organisation, title, birthday, notes }: ContactDetails) {
  return { names, emails, phones, handles, organisation, title, birthday, notes };
}

/** A date is the same day everywhere. */
function dayOnly(instant: string | null): string | null {
  return instant === null ? null : instant.slice(0, 10);
}
