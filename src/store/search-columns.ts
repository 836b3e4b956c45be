import { fold, foldedWords } from "../core/fold.ts";
import type { Channel, DraftItem, Party } from "../core/item.ts";
import { rawText } from "../core/untrusted.ts";

/** What the search index holds of one item, already folded: the index never sees unfolded text. */
export interface SearchColumns {
  sender: string;
  recipients: string;
  subject: string;
  body: string;
  attachments: string;
  place: string;
}

/** The word that `has:attachment` looks for in the place column. */
export const attachmentMark = "zqhasfile";

/** Words of places carry these, so that a search for the word "important" does not find every mail with that label. */
const placePrefix = "zqin";
const channelPrefix = "zqchannel";

/** The words of a place (a label, a chat's title, a source's name) as the index has them. */
export function placeWords(name: string): string[] {
  return foldedWords(name).map((word) => placePrefix + word);
}

/** The index's word for a channel, which no chat title or label can imitate. */
export function channelMark(channel: Channel): string {
  return channelPrefix + channel;
}

const bodyLimit = 200_000;

/** What of an item the index is made from. */
export type SearchedItem = Pick<
  DraftItem,
  | "channel"
  | "threadTitle"
  | "parties"
  | "subject"
  | "text"
  | "quoted"
  | "signature"
  | "labels"
  | "attachments"
  | "event"
  | "contact"
>;

/** Computes the index columns of an item. `places` are further names of where it lies (the source's label). Contract: pure. */
export function searchColumns(draft: SearchedItem, places: readonly string[]): SearchColumns {
  const senders = draft.parties.filter((party) => party.role === "from" || party.role === "organizer");
  const others = draft.parties.filter((party) => party.role !== "from" && party.role !== "organizer");
  const files = draft.attachments.filter((attachment) => !attachment.inline || attachment.sizeBytes > 50_000);
  const body = [
    rawText(draft.text),
    rawText(draft.quoted),
    rawText(draft.signature),
    eventText(draft),
    contactText(draft),
  ];
  return {
    sender: fold(senders.map(partyText).join(" ")),
    recipients: fold(others.slice(0, 200).map(partyText).join(" ")),
    subject: fold(rawText(draft.subject)),
    body: fold(body.join("\n").slice(0, bodyLimit)),
    attachments: fold(
      draft.attachments
        .map((file) => `${rawText(file.name)} ${rawText(file.text)}`)
        .join("\n")
        .slice(0, bodyLimit),
    ),
    place: [
      channelMark(draft.channel),
      files.length > 0 ? attachmentMark : "",
      ...placeWords([draft.channel === "mail" ? "" : rawText(draft.threadTitle), ...draft.labels, ...places].join(" ")),
    ].join(" "),
  };
}

function partyText(party: Party): string {
  const colon = party.identity.kind === "email" ? -1 : party.identity.value.indexOf(":");
  return `${rawText(party.name)} ${party.identity.value.slice(colon + 1)}`;
}

function eventText(draft: SearchedItem): string {
  return draft.event === null ? "" : rawText(draft.event.location);
}

function contactText(draft: SearchedItem): string {
  if (draft.contact === null) return "";
  const { names, emails, phones, organisation, title, notes } = draft.contact;
  return [...names, ...emails, ...phones, organisation, title, notes].join(" ");
}
