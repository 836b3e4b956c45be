import type { Context } from "hono";
import { chargeUnits } from "../charge-units.ts";
import { badRequest, GoogleFailure, notFound } from "../google-error.ts";
import type { EmulatorEnv, SharedWorld } from "../service.ts";
import type { GmailState, StoredMessage } from "./gmail-state.ts";

/** What Gmail's routes share. */
export interface Mailboxes {
  shared: SharedWorld;
  stateOf(account: string): GmailState;
}

export type GmailContext = Context<EmulatorEnv>;

/** The mailbox of who asks, with the call charged. `me` and the own address are the same; anybody else's is refused. */
export function openMailbox(c: GmailContext, { shared, stateOf }: Mailboxes, units: number): GmailState {
  const { account } = c.get("identity");
  const user = c.req.param("user") ?? "me";
  if (user !== "me" && user !== account) {
    throw new GoogleFailure(403, `Delegation denied for ${account}`, "forbidden");
  }
  chargeUnits(shared, "gmail", account, units);
  return stateOf(account);
}

/** A message that can be got: there, and past the moment in which a new one cannot be got yet. */
export function getMessage(state: GmailState, id: string, shared: SharedWorld): StoredMessage {
  const message = state.messages.get(id);
  const lag = shared.settings.get("gmail.getLagMs") ?? 0;
  if (message === undefined || message.arrivedAt + lag > shared.clock.now()) throw notFound();
  return message;
}

export function countParam(text: string | undefined, fallback: number, most: number): number {
  if (text === undefined) return fallback;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw badRequest("Invalid maxResults");
  return Math.min(value === 0 ? fallback : value, most);
}

/** Cuts a page out of a list; tokens name the place and the moment they were given, for those that expire. */
export function pageOf<T>(
  items: readonly T[],
  token: string | undefined,
  size: number,
  shared: SharedWorld,
): { items: T[]; nextPageToken?: string } {
  const found = /^p(\d+)-(\d+)$/.exec(token ?? `p0-${shared.clock.now()}`);
  const life = shared.settings.get("gmail.pageTokenLifeMs") ?? Number.POSITIVE_INFINITY;
  if (found === null || shared.clock.now() - Number(found[2]) > life) throw badRequest("Invalid pageToken");
  const at = Number(found[1]);
  const page = items.slice(at, at + size);
  const more = at + page.length < items.length;
  return { items: page, ...(more ? { nextPageToken: `p${at + page.length}-${shared.clock.now()}` } : {}) };
}

/** Parses a JSON body; what is no object counts as empty. */
export async function jsonBody(c: GmailContext): Promise<Record<string, unknown>> {
  const body: unknown = await c.req.json().catch(() => null);
  return typeof body === "object" && body !== null ? Object.fromEntries(Object.entries(body)) : {};
}

export function stringField(body: Record<string, unknown>, name: string): string | null {
  const value = body[name];
  return typeof value === "string" ? value : null;
}

export function listField(body: Record<string, unknown>, name: string): string[] {
  const value = body[name];
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}
