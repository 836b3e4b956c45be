import { createHash } from "node:crypto";
import { badRequest, GoogleFailure } from "../google-error.ts";
import type { SharedWorld } from "../service.ts";

/** Tokens are opaque, and one that was tampered with is none. */
export function seal(token: object): string {
  const text = JSON.stringify(token);
  return `${Buffer.from(text).toString("base64url")}.${checksum(text)}`;
}

export function unseal(token: string): Record<string, unknown> {
  const [body = "", sum] = token.split(".");
  const text = Buffer.from(body, "base64url").toString("utf8");
  if (checksum(text) !== sum) return {};
  const value: unknown = JSON.parse(text);
  return typeof value === "object" && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}

/** What a sync token stands for: the account's changes up to it, in one calendar or in the list of them, as it was asked. */
export interface SyncToken {
  of: string;
  seq: number;
  bound: string;
  issuedAt: number;
}

/**
 * Reads a sync token of the same list. Errors: 400 for one that is none, or is used with other parameters than it was made
 * with; 410 `fullSyncRequired` when it is too old.
 *
 * Setting: `calendar.syncLifeMs`.
 */
export function readSyncToken(text: string, of: string, bound: string, shared: SharedWorld): SyncToken {
  const token = unseal(text);
  const { seq, issuedAt } = token;
  if (token["of"] !== of || typeof seq !== "number" || typeof issuedAt !== "number") {
    throw badRequest("Invalid sync token value.", "invalid");
  }
  const life = shared.settings.get("calendar.syncLifeMs") ?? Number.POSITIVE_INFINITY;
  if (shared.clock.now() - issuedAt > life) {
    throw new GoogleFailure(410, "Sync token is no longer valid, a full sync is required.", "fullSyncRequired");
  }
  if (token["bound"] !== bound) throw badRequest("The sync token was made with other parameters.", "invalid");
  return { of, seq, bound, issuedAt };
}

/** The number of results a page. Errors: 400 for what is no number of that kind; more than the most is the most. */
export function pageSize(text: string | null | undefined, usual: number, most: number): number {
  if (text === null || text === undefined) return usual;
  const size = Number(text);
  if (!Number.isInteger(size) || size < 1) throw badRequest("Invalid value for maxResults.", "invalidParameter");
  return Math.min(size, most);
}

function checksum(text: string): string {
  return createHash("sha256").update(text).digest("base64url").slice(0, 8);
}
