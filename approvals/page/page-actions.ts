import type { Context } from "hono";
import { z } from "zod";
import type { Clock } from "../../src/core/clock.ts";
import type { Store } from "../../src/store/open-store.ts";
import type { CardSeen, Door } from "../door.ts";
import type { ShownTickets } from "./shown-tickets.ts";

/** Every place of the page. Forms post where they say; nothing else changes anything. */
export const pagePaths = {
  /** The next card. */
  home: "/",
  /** The open cards, as a list. */
  queue: "/queue",
  card: (number: number | string): string => `/cards/${number}`,
  /** The second page, for browsers without JavaScript: everything whole, then the button. */
  confirm: (number: number | string): string => `/cards/${number}/confirm`,
  /** The way to the right that is missing. */
  consent: (number: number | string): string => `/cards/${number}/consent`,
  decide: (number: number | string): string => `/cards/${number}/decide`,
  edit: (number: number | string): string => `/cards/${number}/edit`,
  exclude: (number: number | string): string => `/cards/${number}/exclude`,
  undo: (number: number | string): string => `/cards/${number}/undo`,
  sendNow: (number: number | string): string => `/cards/${number}/send-now`,
  redraft: (number: number | string): string => `/cards/${number}/redraft`,
  markDone: (number: number | string): string => `/cards/${number}/done`,
  settle: (number: number | string): string => `/cards/${number}/settle`,
  /** What the owner asks for, with files: the one form that brings any. */
  ask: "/ask",
  run: (id: string): string => `/runs/${id}`,
  cancelRun: (id: string): string => `/runs/${id}/cancel`,
  /** The demo's: any mail, met by a model that obeys it. */
  fool: "/demo/fool",
  fooled: (id: string): string => `/demo/fool/${id}`,
  today: "/today",
  markRead: "/today/read",
  search: "/search",
  thread: (id: number | string): string => `/threads/${id}`,
  reply: (id: number | string): string => `/threads/${id}/reply`,
  threadState: (id: number | string): string => `/threads/${id}/state`,
  people: "/people",
  person: (id: number | string): string => `/people/${id}`,
  samePerson: "/people/same",
  ledger: "/ledger",
  health: "/health",
  stop: "/stop",
  resume: "/resume",
  allowMore: "/caps/allow-more",
  theme: "/theme",
  login: "/login",
  logout: "/logout",
  /** Server-sent events: one `tick` whenever something changed that a page may show. */
  events: "/events",
  /** Ends one device's session; `id` is what the list of devices shows. */
  revokeDevice: (id: string): string => `/devices/${id}/revoke`,
  /** Where a passkey is added, and used before what needs a fresh one. */
  passkey: "/passkey",
  removePasskey: (id: string): string => `/passkeys/${id}/remove`,
  asset: (name: AssetName): string => `/assets/${name}`,
};

/** Files of `public/`. A `.ts` is sent as JavaScript, its types stripped; its imports keep their names. */
export type AssetName = "page.css" | "page.ts" | "passkey.ts" | "icon.svg";

/** A card, revision and hash in a form or in JSON, as `writeSeen` writes it. */
export const seenText = z
  .string()
  .regex(/^[\w-]{1,64}:\d{1,6}:[0-9a-f]{64}$/)
  .transform((text): CardSeen => {
    const [cardId = "", revision = "", sha256 = ""] = text.split(":");
    return { cardId, revision: Number(revision), sha256 };
  });

/** What a form says the owner was looking at: `id:revision:hash`. */
export function writeSeen({ cardId, revision, sha256 }: CardSeen): string {
  return `${cardId}:${revision}:${sha256}`;
}

const oneOrMany = z.preprocess((value) => (Array.isArray(value) ? value : [value]), z.array(seenText).min(1).max(200));
const short = z.string().max(500);

/** Where a form leads back to: a place of this page and nowhere else. */
export const backPath = z
  .string()
  .regex(/^\/(?!\/)[\w/?=&%.,#:+-]*$/)
  .catch(pagePaths.home);
export const backForm = z.object({ back: backPath.default(pagePaths.home) });

/** A yes, a no or a later, as the forms of a card post it. Read with `parseBody({ all: true })`. */
export const decideForm = z.object({
  seen: oneOrMany,
  kind: z.enum(["approve", "reject", "later"]),
  /** How it was pressed; what the server takes it for is `proofOf`. */
  how: z.enum(["tap", "hold"]).default("tap"),
  /** When the page was made, sealed. */
  ticket: short.default(""),
  /** The end of a long text was in view. */
  end: z.enum(["", "seen"]).default(""),
  typed: short.default(""),
  /** What a passkey answered, as `passkey.ts` fills it in. */
  assertion: z.string().max(20_000).default(""),
  reason: z.string().max(2_000).default(""),
  /** Where to go on; the next card where it is not said. */
  back: backPath.default(pagePaths.home),
});
export type DecideForm = z.output<typeof decideForm>;

export const seenForm = z.object({ seen: seenText });
export const editForm = seenForm.extend({
  to: z.string().max(20_000).optional(),
  cc: z.string().max(20_000).optional(),
  subject: z.string().max(2_000).optional(),
  text: z.string().max(500_000).optional(),
});
export const excludeForm = seenForm.extend({
  leave: z.preprocess((value) => (value === undefined ? [] : [value].flat()), z.array(z.string().max(500)).max(5_000)),
});
export const settleForm = z.object({ happened: z.enum(["yes", "no"]) });
export const allowMoreForm = z.object({ cap: z.string().max(200), more: z.coerce.number().int().min(1).max(50) });
export const samePersonForm = z.object({
  identity: z.coerce.number().int(),
  other: z.coerce.number().int(),
  /** Whether `other` is an identity or a person: a row of contacts.csv may be a name only. */
  otherIs: z.enum(["identity", "person"]),
  answer: z.enum(["same", "different"]),
});
export const markReadForm = z.object({ digest: z.coerce.number().int() });
export const themeForm = z.object({ theme: z.enum(["auto", "light", "dark"]) });
export const threadStateForm = z.object({ state: z.enum(["open", "done", "snoozed", "muted"]) });
/** Bytes of all files of one request together. */
export const mostGivenBytes = 25_000_000;
const given = z.preprocess(
  (value) => (value === undefined ? [] : [value].flat()).filter((one) => !(one instanceof File) || one.size > 0),
  z.array(z.instanceof(File)).max(20),
);
export const askForm = z.object({
  text: z.string().trim().min(1).max(20_000),
  files: given,
  /** A conversation the request is about. */
  thread: z.coerce.number().int().positive().optional(),
  /** The run whose question this answers. */
  answers: z.string().max(64).default(""),
});
export const foolForm = z.object({
  from: z.string().trim().min(3).max(200),
  subject: z.string().max(300).default(""),
  text: z.string().trim().min(1).max(20_000),
});
export const replyForm = z.object({ text: z.string().min(1).max(200_000), all: z.enum(["", "yes"]).default("") });

/** Who is looking. */
export interface PageSession {
  /** Names the device's session in decisions; no secret. */
  id: string;
}

export interface DeviceRow {
  id: string;
  name: string;
  signedInAt: string;
  lastSeenAt: string;
  isThis: boolean;
}

export interface PasskeyRow {
  id: string;
  name: string;
  addedAt: string;
  usedAt: string | null;
}

/** What the views are made of. The middleware before them has let in only whoever may look, and has checked every post. */
export interface ViewDeps {
  door: Door;
  store: Store;
  clock: Clock;
  newId(): string;
  /** The owner's, IANA. */
  zone: () => string;
  tickets: ShownTickets;
  csrf(context: Context): string;
  session(context: Context): PageSession;
  devices(context: Context): Promise<DeviceRow[]>;
  passkeys(): Promise<PasskeyRow[]>;
  /** Walks the chain. */
  verifyLedger(): Promise<
    { ok: true; entries: number } | { ok: false; entries: number; brokenAt: number; why: string }
  >;
  /** Begins a consent for writing at the service and returns the address of its page; absent where there is no such way. */
  consent?: (given: { account: string; connector: string }) => Promise<string>;
  /** The demo's own button; null elsewhere. */
  pullThePlug: { path: string } | null;
}
