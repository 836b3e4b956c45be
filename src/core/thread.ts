import type { Channel, EventDetails, ItemKind, MailFacts, PartyRole } from "./item.ts";
import type { Untrusted } from "./untrusted.ts";
import type { ThreadState } from "./verdict.ts";

/** Somebody in an item, as triage sees them: who they are to the owner. */
export interface PartyView {
  role: PartyRole;
  /** The normalised identity value: an address, a number, a handle or a chat name. */
  address: string;
  name: Untrusted;
  personId: number | null;
  /** In contacts.csv, or the owner has written to that exact address before (Sent evidence). */
  known: boolean;
  inContacts: boolean;
  /** How often the owner wrote to this exact address, and when last (UTC ISO-8601), up to this item. */
  writtenTo: number;
  /**
   * How many messages from this address reached the owner before this item, and to how many of them the owner wrote an
   * answer (a message of theirs that names it in In-Reply-To, or in a chat the next one within a week). Absent when not counted.
   */
  exchange?: { received: number; answered: number };
  isOwner: boolean;
}

/** One item of a thread as triage sees it. `fromOwner` has Sent evidence or, for triage only, the owner's address in From. */
export interface ItemView {
  id: number;
  kind: ItemKind;
  channel: Channel;
  messageId: string | null;
  sentAt: string;
  fromOwner: boolean;
  parties: PartyView[];
  subject: Untrusted;
  /** New text only; quoted history and signature are split off. */
  text: Untrusted;
  /** Quoted history, for finding what an answer refers to. */
  quoted: Untrusted;
  hiddenText: Untrusted;
  labels: string[];
  attachmentNames: Untrusted[];
  mail: MailFacts | null;
  event: EventDetails | null;
}

/** A thread with its items in order of time: what the rules judge. */
export interface ThreadView {
  id: number;
  channel: Channel;
  title: Untrusted;
  group: boolean;
  state: ThreadState;
  items: ItemView[];
}

/** Who the owner is, as far as is known: from config, or inferred from what they sent and confirmed. */
export interface Owner {
  names: string[];
  /** Normalised identity values: addresses, numbers, handles, chat names. */
  identities: string[];
  zone: string;
  region: string;
  languages: string[];
}
