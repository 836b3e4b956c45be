import { randomBytes, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { sha256Hex } from "../core/canonical.ts";
import { fromInstant, toInstant } from "../core/clock.ts";
import type { Tx } from "./open-store.ts";
import { type Reading, sqlOf } from "./reading.ts";

const dayMs = 86_400_000;
/** A device is signed in this long, used or not. */
export const sessionLivesMs = 30 * dayMs;
/**
 * A device that was not used this long is signed out. Two weeks: longer than a holiday's absence from one computer, short enough
 * that a browser nobody opens any more does not stay a key for a month. What is dangerous asks for a passkey whatever the session.
 */
export const sessionIdleMs = 14 * dayMs;
/** Looks closer together than this are one: a page is not a reason to write. */
const touchEveryMs = 60_000;

const sessionRow = z
  .object({
    id: z.string(),
    token_hash: z.string(),
    name: z.string(),
    signed_in_at: z.string(),
    last_seen_at: z.string(),
    expires_at: z.string(),
    proved_at: z.string().nullable(),
  })
  .transform((row) => ({
    /** Names the device in decisions and in the list; no secret. */
    id: row.id,
    tokenHash: row.token_hash,
    name: row.name,
    signedInAt: row.signed_in_at,
    lastSeenAt: row.last_seen_at,
    expiresAt: row.expires_at,
    /** When a passkey last said that the owner sits there; null when none did. */
    provedAt: row.proved_at,
  }));
export type StoredSession = z.output<typeof sessionRow>;

const columns = "id, token_hash, name, signed_in_at, last_seen_at, expires_at, proved_at";

/** Signs a device in. Returns the cookie's token, 256 random bits as base64url: it is nowhere else. */
export async function startSession(tx: Tx, { id, name }: { id: string; name: string }): Promise<string> {
  const token = randomBytes(32).toString("base64url");
  tx.sql.run("DELETE FROM page_sessions WHERE expires_at < ?", tx.nowAt);
  tx.sql.run(
    "INSERT INTO page_sessions (id, token_hash, name, signed_in_at, last_seen_at, expires_at) VALUES (?1, ?2, ?3, ?4, ?4, ?5)",
    id,
    sha256Hex(token),
    name,
    tx.nowAt,
    toInstant(fromInstant(tx.nowAt) + sessionLivesMs),
  );
  return token;
}

/** The session a token is of; null when there is none, or it was ended, is too old, or was not used for too long. */
export async function findSession(reading: Reading, token: string, nowAt: string): Promise<StoredSession | null> {
  const hash = sha256Hex(token);
  const row = sqlOf(reading).get(
    sessionRow,
    `SELECT ${columns} FROM page_sessions WHERE token_hash = ? AND ended_at IS NULL`,
    hash,
  );
  if (row === null || !timingSafeEqual(Buffer.from(row.tokenHash), Buffer.from(hash))) return null;
  return isAlive(row, nowAt) ? row : null;
}

/** As `findSession`, by the name of the device, for what was let in a while ago. */
export async function getSession(reading: Reading, id: string, nowAt: string): Promise<StoredSession | null> {
  const row = sqlOf(reading).get(
    sessionRow,
    `SELECT ${columns} FROM page_sessions WHERE id = ? AND ended_at IS NULL`,
    id,
  );
  return row !== null && isAlive(row, nowAt) ? row : null;
}

function isAlive({ lastSeenAt, expiresAt }: StoredSession, nowAt: string): boolean {
  return nowAt < expiresAt && fromInstant(nowAt) - fromInstant(lastSeenAt) < sessionIdleMs;
}

/** Whether a look is worth writing down. */
export function isTouchDue({ lastSeenAt }: StoredSession, nowAt: string): boolean {
  return fromInstant(nowAt) - fromInstant(lastSeenAt) >= touchEveryMs;
}

/** The device was used. */
export async function touchSession(tx: Tx, id: string): Promise<void> {
  tx.sql.run("UPDATE page_sessions SET last_seen_at = ?1 WHERE id = ?2 AND last_seen_at < ?1", tx.nowAt, id);
}

/** A passkey said that the owner sits there. */
export async function proveSession(tx: Tx, id: string): Promise<void> {
  tx.sql.run("UPDATE page_sessions SET proved_at = ? WHERE id = ?", tx.nowAt, id);
}

/** Signs a device out, for good. Returns whether it was signed in. */
export async function endSession(tx: Tx, id: string): Promise<boolean> {
  return (
    tx.sql.run("UPDATE page_sessions SET ended_at = ? WHERE id = ? AND ended_at IS NULL", tx.nowAt, id).changes > 0
  );
}

/** The devices that are signed in, the one used last first. */
export async function listSessions(reading: Reading, nowAt: string): Promise<StoredSession[]> {
  const rows = sqlOf(reading).all(
    sessionRow,
    `SELECT ${columns} FROM page_sessions WHERE ended_at IS NULL ORDER BY last_seen_at DESC, id`,
  );
  return rows.filter((row) => isAlive(row, nowAt));
}
