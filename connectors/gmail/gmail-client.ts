import type { Clock } from "../../src/core/clock.ts";
import type { GoogleAccount } from "../google-account/account.ts";
import type { GmailCalls } from "./client.ts";
import type { LabelWords } from "./labels.ts";

/** One connected mailbox. */
export interface GmailClient {
  account: GoogleAccount;
  calls: GmailCalls;
  words: LabelWords;
  clock: Clock;
  /** Null reads the mailbox; otherwise only these messages, whole. */
  wanted: readonly string[] | null;
  zone: string;
  region: string;
  /** What was asked already and can be asked again: nothing in it is the truth. */
  memo: {
    /** Ids of messages too big for a batch, and of those too big to be read whole. */
    sizes: { big: ReadonlySet<string>; huge: ReadonlySet<string> } | null;
    /** The list that the crawl goes through. */
    list: HeldList | null;
    /** The whole mailbox as it was listed for a resync that began at a history id. */
    whole: { historyId: string; mailbox: ListedMailbox } | null;
  };
}

/** A page of a list; `before` is the second that it was asked for by, null of a plain list; `askedToken` its own page token. */
export interface HeldList {
  ids: readonly string[];
  nextPageToken: string | null;
  before: number | null;
  askedToken: string | null;
}

/** Every message of a mailbox, newest first, with the labels it has. */
export interface ListedMailbox {
  ids: readonly string[];
  labels: ReadonlyMap<string, readonly string[]>;
}
