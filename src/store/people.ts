import { z } from "zod";
import type { Identity } from "../core/item.ts";
import type { Connection } from "./connection.ts";

const identityRow = z.object({ id: z.number(), is_owner: z.number(), name: z.string() });

/**
 * The row of an identity, made with a person of its own when it is new: whoever nobody has joined is one person by
 * themselves. A longer display name replaces a shorter one.
 */
export function ensureIdentity(sql: Connection, identity: Identity, name: string): { id: number; isOwner: boolean } {
  const known = sql.get(
    identityRow,
    "SELECT id, is_owner, name FROM identities WHERE kind = ? AND value = ?",
    identity.kind,
    identity.value,
  );
  if (known !== null) {
    if (known.name === "" && name !== "") sql.run("UPDATE identities SET name = ? WHERE id = ?", name, known.id);
    return { id: known.id, isOwner: known.is_owner === 1 };
  }
  const personId = sql.run("INSERT INTO people (name) VALUES (?)", name === "" ? identity.value : name).lastId;
  const id = sql.run(
    "INSERT INTO identities (kind, value, name, person_id) VALUES (?, ?, ?, ?)",
    identity.kind,
    identity.value,
    name,
    personId,
  ).lastId;
  return { id, isOwner: false };
}
