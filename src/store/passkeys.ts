import { z } from "zod";
import { addNotice } from "./notices.ts";
import type { Tx } from "./open-store.ts";
import { type Reading, sqlOf } from "./reading.ts";
import { jsonText } from "./row-types.ts";

const passkeyRow = z
  .object({
    id: z.string(),
    rp_id: z.string(),
    name: z.string(),
    public_key: z.instanceof(Uint8Array),
    counter: z.number(),
    transports: jsonText.pipe(z.array(z.string())),
    added_at: z.string(),
    used_at: z.string().nullable(),
  })
  .transform((row) => ({
    /** The credential's id, base64url. */
    id: row.id,
    /** The host name of the page it was made for; it works on no other. */
    rpId: row.rp_id,
    name: row.name,
    publicKey: row.public_key,
    counter: row.counter,
    transports: row.transports,
    addedAt: row.added_at,
    usedAt: row.used_at,
  }));
export type Passkey = z.output<typeof passkeyRow>;

const columns = "id, rp_id, name, public_key, counter, transports, added_at, used_at";

/** Keeps a new passkey and tells the owner. Returns false when it is kept already. */
export async function addPasskey(tx: Tx, passkey: Omit<Passkey, "addedAt" | "usedAt">): Promise<boolean> {
  const { changes } = tx.sql.run(
    `INSERT OR IGNORE INTO passkeys (id, rp_id, name, public_key, counter, transports, added_at) VALUES (?, ?, ?, ?, ?, ?, ?)`,
    passkey.id,
    passkey.rpId,
    passkey.name,
    passkey.publicKey,
    passkey.counter,
    JSON.stringify(passkey.transports),
    tx.nowAt,
  );
  if (changes > 0) await tell(tx, `passkey_added:${passkey.id}`, `A passkey was added to the page: ${passkey.name}.`);
  return changes > 0;
}

/** Forgets a passkey and tells the owner. Returns whether there was one. */
export async function removePasskey(tx: Tx, id: string): Promise<boolean> {
  const { changes } = tx.sql.run("DELETE FROM passkeys WHERE id = ?", id);
  if (changes > 0) await tell(tx, `passkey_removed:${id}:${tx.nowAt}`, "A passkey was removed from the page.");
  return changes > 0;
}

async function tell(tx: Tx, key: string, text: string): Promise<void> {
  await addNotice(tx, { key, kind: "alert", level: "push", text });
}

/** The passkeys of one page, oldest first. */
export async function listPasskeys(reading: Reading, rpId: string): Promise<Passkey[]> {
  return sqlOf(reading).all(passkeyRow, `SELECT ${columns} FROM passkeys WHERE rp_id = ? ORDER BY added_at, id`, rpId);
}

/** Whether a red card takes nothing less than a passkey: one is enrolled, for whatever page. */
export async function hasPasskey(reading: Reading): Promise<boolean> {
  return (sqlOf(reading).number("SELECT count(*) FROM passkeys") ?? 0) > 0;
}

/** A passkey was used; its counter only grows, but for those that always say 0. */
export async function notePasskeyUse(tx: Tx, id: string, counter: number): Promise<void> {
  tx.sql.run("UPDATE passkeys SET counter = ?, used_at = ? WHERE id = ?", counter, tx.nowAt, id);
}

const challengeRow = z
  .object({ session_id: z.string(), purpose: z.string(), about: z.string(), expires_at: z.string() })
  .transform((row) => ({
    sessionId: row.session_id,
    purpose: row.purpose,
    about: row.about,
    expiresAt: row.expires_at,
  }));
/** What a passkey was asked to sign for. */
export type StoredChallenge = z.output<typeof challengeRow>;

/** Keeps a question until it is answered or its time is over. */
export async function keepChallenge(tx: Tx, challenge: string, asked: StoredChallenge): Promise<void> {
  tx.sql.run("DELETE FROM passkey_challenges WHERE expires_at <= ?", tx.nowAt);
  tx.sql.run(
    "INSERT INTO passkey_challenges (challenge, session_id, purpose, about, expires_at) VALUES (?, ?, ?, ?, ?)",
    challenge,
    asked.sessionId,
    asked.purpose,
    asked.about,
    asked.expiresAt,
  );
}

/** Takes a question away, whatever the answer is worth: it is answered once. Null when there is none, or its time is over. */
export async function takeChallenge(tx: Tx, challenge: string): Promise<StoredChallenge | null> {
  const row = tx.sql.get(
    challengeRow,
    "SELECT session_id, purpose, about, expires_at FROM passkey_challenges WHERE challenge = ?",
    challenge,
  );
  tx.sql.run("DELETE FROM passkey_challenges WHERE challenge = ?", challenge);
  return row !== null && row.expiresAt > tx.nowAt ? row : null;
}
