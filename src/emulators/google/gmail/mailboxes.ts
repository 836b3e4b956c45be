import type { Context } from "hono";
import { chargeUnits } from "../charge-units.ts";
import { badRequest, GoogleFailure, notFound } from "../google-error.ts";
import type { EmulatorEnv, SharedWorld } from "../service.ts";
import { type GmailState, type StoredMessage, systemLabels } from "./gmail-state.ts";

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
  if (message === undefined || isTooNew(message, shared)) throw notFound();
  return message;
}

/** Without a lag nothing is: a clock that is set back hides no message. */
export function isTooNew({ arrivedAt }: StoredMessage, { settings, clock }: SharedWorld): boolean {
  const lagMs = settings.get("gmail.getLagMs") ?? 0;
  return lagMs > 0 && arrivedAt + lagMs > clock.now();
}

export function countParam(text: string | undefined, fallback: number, most: number): number {
  if (text === undefined) return fallback;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw badRequest("Invalid maxResults");
  return Math.min(value === 0 ? fallback : value, most);
}

/** Labels that nobody can put on or take off by hand. */
const fixedLabels = new Set(["SENT", "DRAFT", "CHAT"]);
const mostLabels = 100;

/** Errors: 400 for a label that is not there, with Google's words. */
export function checkLabels(state: GmailState, ids: readonly string[]): void {
  const unknown = ids.find((id) => !systemLabels.some((one) => one === id) && !state.ownLabels.has(id));
  if (unknown !== undefined) throw badRequest(`Invalid label: ${unknown}`);
}

export interface LabelChange {
  add: readonly string[];
  remove: readonly string[];
}

/** Errors: 400 for labels that are not there, not to be changed, or too many. */
export function checkChange(state: GmailState, { add, remove }: LabelChange): void {
  const all = [...add, ...remove];
  checkLabels(state, all);
  const fixed = all.find((id) => fixedLabels.has(id));
  if (fixed !== undefined) throw badRequest(`Invalid label: ${fixed}`);
  if (add.length > mostLabels || remove.length > mostLabels) throw badRequest("Too many labels");
  if (add.some((id) => remove.includes(id))) throw badRequest("Cannot both add and remove the same label");
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
