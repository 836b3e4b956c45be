import type { ZodType } from "zod";
import type { Clock } from "./clock.ts";
import type { ConnectorDeps } from "./connector.ts";
import type { Attachment, Channel, EventDetails, Party } from "./item.ts";
import type { Owner } from "./thread.ts";
import type { Untrusted } from "./untrusted.ts";

/** How much an effect touches, lowest first: `change` is the owner's own and reversible, `send` reaches others. */
export const tiers = ["read", "draft", "change", "send", "critical"] as const;
export type Tier = (typeof tiers)[number];

/** The higher of two tiers. */
export function higherTier(a: Tier, b: Tier): Tier {
  return tiers.indexOf(a) >= tiers.indexOf(b) ? a : b;
}

export const recipientRoles = ["to", "cc", "bcc", "guest", "chat", "shared"] as const;
export type RecipientRole = (typeof recipientRoles)[number];

/** Somebody whom the effect reaches. `address` is the exact identity value that is used. */
export interface PreviewRecipient {
  role: RecipientRole;
  channel: Channel;
  address: string;
  name: string;
}

/** A file that would leave or be written. `text` is what could be read of it, null when it could not be looked into. */
export interface PreviewFile {
  name: string;
  mediaType: string;
  sizeBytes: number;
  sha256: string;
  text: string | null;
}

/** One of many things the same effect is done to; the owner may leave some out. */
export interface PreviewLine {
  id: string;
  label: string;
  detail: string;
  /** Lines are shown in groups of the same text here, such as the sender. */
  group: string;
}

/** What an effect rests on: when `version` differs at the moment of sending, the world has moved. */
export interface Basis {
  /** In words, such as "the conversation", "the event", "car.md". */
  what: string;
  version: string;
}

/**
 * Everything that would leave or change, as the card shows it. All texts are what goes out, character for character, and are
 * escaped where they are shown. Computed from the parsed input by code alone.
 */
export interface Preview {
  /** What happens, in the owner's words: "Reply to Paul Adler", "Archive 41 mails". */
  title: string;
  recipients: PreviewRecipient[];
  /** Short facts in the order they are read: Subject, When, Where, Folder. */
  fields: { label: string; value: string }[];
  /** The body that leaves; null when there is none. */
  text: string | null;
  /** Documents, events and rows that change: the whole before and after. */
  diffs: { name: string; before: string; after: string }[];
  lines: PreviewLine[];
  files: PreviewFile[];
  /** What else it brings about, in sentences: "Google mails the three guests." */
  consequences: string[];
  /** Where to open what it is about; the thread stands beside the card. */
  about: { threadId: number | null; itemIds: number[] };
  basis: Basis[];
  /** For a hand-off: what the owner opens, copies and ticks. Null otherwise. */
  handOff: HandOff | null;
}

/** What the owner completes. `url` is http(s), wa.me, mailto: or tel:. */
export interface HandOff {
  url: string | null;
  steps: { title: string; url: string | null; values: { label: string; value: string }[] }[];
}

/** A preview with nothing in it, to be spread. */
export const blankPreview: Omit<Preview, "title"> = {
  recipients: [],
  fields: [],
  text: null,
  diffs: [],
  lines: [],
  files: [],
  consequences: [],
  about: { threadId: null, itemIds: [] },
  basis: [],
  handOff: null,
};

/** One item as actions see it: what stands in the store, and the ids its services know it by. */
export interface LookItem {
  id: number;
  threadId: number | null;
  channel: Channel;
  /** By source id: the external id there (Gmail's hex message id, Drive's file id, the event's `calendar/event` id). */
  externalIds: { sourceId: string; connector: string; account: string; externalId: string }[];
  messageId: string | null;
  references: string[];
  sentAt: string | null;
  fromOwner: boolean;
  parties: Party[];
  subject: Untrusted;
  text: Untrusted;
  labels: string[];
  /** The files it carries; they can be sent on where their bytes are kept. */
  attachments?: Attachment[];
  event: EventDetails | null;
  authentication: string | null;
  /** Whether it came by a mailing list or a machine. */
  automatic: boolean;
}

export interface LookThread {
  id: number;
  channel: Channel;
  title: Untrusted;
  group: boolean;
  /** What joins items into it where a service says so: `gm:<Gmail's thread id, decimal>`. */
  keys?: string[];
  /** Oldest first, the newest 200. */
  items: LookItem[];
}

/** Bytes the owner gave or that an item carries, kept by their SHA-256. */
export interface KeptFile {
  sha256: string;
  name: string;
  mediaType: string;
  bytes: Uint8Array;
}

/**
 * What an action may look at while it fills in and previews: the store, kept files, and the service through a `fetch` that can
 * only read. `client` is null where the connector has no service or no account is connected.
 */
export interface Look<Client = unknown> {
  client: Client | null;
  /** The account that would act, as the owner knows it; empty where there is none. */
  account: string;
  owner: Owner;
  /** Addresses the owner may send from, the account's first, lower case. */
  ownAddresses: string[];
  clock: Clock;
  signal: AbortSignal;
  thread(threadId: number): Promise<LookThread | null>;
  item(itemId: number): Promise<LookItem | null>;
  /** The item with that external id at that source; null when it was never read. */
  itemByExternalId(connector: string, externalId: string): Promise<LookItem | null>;
  /** The name contacts.csv or the newest message gives to an exact address; empty when none does. */
  nameOf(address: string): Promise<string>;
  file(sha256: string): Promise<KeptFile | null>;
  /** A file of the steward home by its path in there, as text: contacts.csv, drive/…; null when it is not there. */
  homeFile(path: string): Promise<string | null>;
  /** A UUIDv7; for ids that must be in the approved bytes. */
  newId(): string;
}

/** What an execution gets. `idempotencyKey` is the same for every attempt of one approved card revision: `[a-z0-9]{32}`. */
export interface Call<Client = unknown> {
  client: Client;
  signal: AbortSignal;
  clock: Clock;
  idempotencyKey: string;
  /** From 1. */
  attempt: number;
  /** When this attempt was written down as beginning, UTC ISO-8601; absent while preparing. */
  committedAt?: string;
  file(sha256: string): Promise<KeptFile | null>;
}

/** What the service says became of an attempt. */
export type Outcome<Result> =
  | { kind: "done"; result: Result }
  | { kind: "not_done" }
  /** `askAgainMs`: the service may know more after that time; null or absent: a person has to look. */
  | { kind: "unknown"; reason: string; askAgainMs?: number | null };

/** A request on its way out, as the boundary sees it; `body` is decoded from what would really be sent. */
export interface OutgoingRequest {
  method: string;
  /** Origin-free: path and query. */
  path: string;
  query: URLSearchParams;
  contentType: string;
  /** The version it holds for, where the service takes one; absent for none. */
  ifMatch?: string;
  body: Uint8Array;
}

/** What `raise` may go by, besides the input. */
export interface RaiseFacts {
  preview: Preview;
}

/**
 * One kind of effect on the outside world, in one file.
 *
 * Contract: `ask` and `input` are strict objects without transforms or defaults. `resolve` and `preview` have no side
 * effects and may run often. `prepare` may run again after a crash: it must not do the effect, and it reuses what an earlier
 * run left. `execute` does one effect, by one request, and never tries again; an error whose code `isDefinitive` means that
 * nothing happened, every other one that it is not known. `reconcile` asks the service and never goes by memory. `readBack`
 * decodes a request that changes something into the input's fields that it carries; it throws for a request the action never
 * makes. `undo` is there for every action of tier `change`.
 */
export interface Action<Ask = unknown, Input = unknown, Handle = unknown, Result = unknown, Client = unknown> {
  /** `connector.verb_noun`. */
  name: string;
  /** A pinned literal: the floor. */
  tier: Tier;
  /** One sentence for the owner's help and the model's tool list. */
  description: string;
  ask: ZodType<Ask>;
  input: ZodType<Input>;
  handle: ZodType<Handle>;
  result: ZodType<Result>;
  resolve(ask: Ask, look: Look<Client>): Promise<Input>;
  /** May only raise. */
  raise(input: Input, facts: RaiseFacts): Tier;
  preview(input: Input, look: Look<Client>): Promise<Preview>;
  prepare?(input: Input, call: Call<Client>): Promise<Handle>;
  execute(input: Input, handle: Handle | null, call: Call<Client>): Promise<Result>;
  readBack(request: OutgoingRequest): Partial<Input> | Promise<Partial<Input>>;
  reconcile(input: Input, handle: Handle | null, call: Call<Client>): Promise<Outcome<Result>>;
  undo?(result: Result, call: Call<Client>): Promise<void>;
  /** False where putting it back would reach others, which takes a card of its own. Absent: it always may. */
  mayUndo?(input: Input): boolean;
  /** Without the lines that the owner left out (bulk cards); absent where there are none. */
  exclude?(input: Input, lineIds: readonly string[]): Input;
  /** The parts the owner may edit as text, and the input with them put in; absent where nothing can be edited. */
  edit?: {
    read(input: Input): EditableText;
    apply(input: Input, text: EditableText): Input;
  };
  /** What the receipt says, from the result: one past-tense sentence, `Sent to Paul Adler.` */
  receipt(input: Input, result: Result): string;
}

/** What an owner edits in $EDITOR or on the page; fields an action does not have are absent. */
export interface EditableText {
  to?: string[];
  cc?: string[];
  subject?: string;
  text?: string;
}

/**
 * The write side of one service (`connectors/<name>/door.ts`). The same `connect` serves looking and acting: the door hands
 * it a `fetch` that can only read, or one that lets out exactly what was approved.
 */
export interface DoorConnector<Config = unknown, Client = unknown> {
  /** The name its sources have: `gmail`. */
  name: string;
  config: ZodType<Config>;
  /** False where no account is needed (the owner's own files): then `config` parses `{}`. */
  needsAccount: boolean;
  connect(config: Config, deps: DoorDeps): Promise<Client>;
  /** Whether the owner has given the right to write; `cure` is a command, `consentUrl` begins it on the page where that works. */
  access(config: Config, deps: DoorDeps): Promise<DoorAccess>;
  /** Requests that change nothing although they are POST: tokens, free and busy times, batches of GET. */
  isReading(request: OutgoingRequest): boolean;
  actions: readonly Action[];
}

/** As a connector's, plus the owner's own folder for the connectors that write there. */
export interface DoorDeps extends ConnectorDeps {
  /** The steward home; only `connectors/home` uses it. */
  homePath: string;
}

export type DoorAccess = { state: "ok" } | { state: "needs_consent"; why: string; cure: string };
