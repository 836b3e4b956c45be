import { randomBytes } from "node:crypto";
import { sha256Hex } from "../core/canonical.ts";
import { fromInstant, toInstant } from "../core/clock.ts";
import { addNotice } from "./notices.ts";
import type { Store, Tx } from "./open-store.ts";
import { type Reading, sqlOf } from "./reading.ts";

const loginLivesMs = 5 * 60_000;
const countedMs = 60_000;
const badAMinute = 5;
const firstLockMs = 60_000;
const longestLockMs = 15 * 60_000;
const locksCountMs = 24 * 3_600_000;

/**
 * Makes a login that works once, within five minutes. Returns its token of 256 random bits, base64url; only the hash is stored.
 * Contract: for the owner's terminal and the door alone; whoever holds the token becomes the owner on the page.
 */
export async function mintLogin(store: Store): Promise<{ token: string; expiresAt: string }> {
  const token = randomBytes(32).toString("base64url");
  return await store.write(async (tx) => {
    const expiresAt = after(tx.nowAt, loginLivesMs);
    tx.sql.run("DELETE FROM page_logins WHERE expires_at < ?", after(tx.nowAt, -locksCountMs));
    tx.sql.run(
      "INSERT INTO page_logins (hash, made_at, expires_at) VALUES (?, ?, ?)",
      sha256Hex(token),
      tx.nowAt,
      expiresAt,
    );
    return { token, expiresAt };
  });
}

export type LoginTry = { kind: "ok" } | { kind: "bad" } | { kind: "locked"; untilAt: string };

/**
 * Uses a login up. Contract: a token works once, whoever comes first; five bad ones within a minute close the door to every
 * login, longer each time, and tell the owner. Devices that are signed in are not concerned.
 */
export async function takeLogin(tx: Tx, token: string): Promise<LoginTry> {
  const untilAt = await loginsLockedUntil(tx, tx.nowAt);
  if (untilAt !== null) return { kind: "locked", untilAt };
  const { changes } = tx.sql.run(
    "UPDATE page_logins SET used_at = ?1 WHERE hash = ?2 AND used_at IS NULL AND expires_at > ?1",
    tx.nowAt,
    sha256Hex(token),
  );
  if (changes === 1) {
    tx.sql.run("DELETE FROM failed_logins");
    return { kind: "ok" };
  }
  return await countBad(tx);
}

/** Until when no login is taken, UTC ISO-8601; null when one is. */
export async function loginsLockedUntil(reading: Reading, nowAt: string): Promise<string | null> {
  const until = sqlOf(reading).number(
    "SELECT unixepoch(max(until_at), 'subsec') * 1000.0 FROM login_locks WHERE until_at > ?",
    nowAt,
  );
  return until === null ? null : toInstant(Math.round(until));
}

async function countBad(tx: Tx): Promise<LoginTry> {
  tx.sql.run("DELETE FROM failed_logins WHERE at <= ?", after(tx.nowAt, -countedMs));
  tx.sql.run("INSERT INTO failed_logins (at) VALUES (?)", tx.nowAt);
  if ((tx.sql.number("SELECT count(*) FROM failed_logins") ?? 0) < badAMinute) return { kind: "bad" };
  const before = tx.sql.number("SELECT count(*) FROM login_locks WHERE at > ?", after(tx.nowAt, -locksCountMs)) ?? 0;
  const untilAt = after(tx.nowAt, Math.min(firstLockMs * 2 ** before, longestLockMs));
  tx.sql.run("INSERT INTO login_locks (at, until_at) VALUES (?, ?)", tx.nowAt, untilAt);
  tx.sql.run("DELETE FROM failed_logins");
  await addNotice(tx, {
    key: `login_lock:${tx.nowAt}`,
    kind: "alert",
    level: "push",
    text: `Something on this computer tried ${badAMinute} wrong logins on the page within a minute. None got in; logins are refused for a while.`,
  });
  return { kind: "locked", untilAt };
}

function after(instant: string, ms: number): string {
  return toInstant(fromInstant(instant) + ms);
}
