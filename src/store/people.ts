import { z } from "zod";
import type { Identity } from "../core/item.ts";
import type { Connection } from "./connection.ts";

const identityRow = z.object({ id: z.number(), is_owner: z.number(), name: z.string(), person_id: z.number() });

/**
 * The row of an identity, made with a person of its own when it is new: whoever nobody has joined is one person by
 * themselves. The first display name seen stays; a name never joins anybody.
 */
export function ensureIdentity(sql: Connection, identity: Identity, name: string): { id: number; isOwner: boolean } {
  const known = sql.get(
    identityRow,
    "SELECT id, is_owner, name, person_id FROM identities WHERE kind = ? AND value = ?",
    identity.kind,
    identity.value,
  );
  if (known !== null) {
    if (known.name === "" && name !== "") learnName(sql, known.id, known.person_id, identity.value, name);
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

function learnName(sql: Connection, id: number, personId: number, value: string, name: string): void {
  sql.run("UPDATE identities SET name = ? WHERE id = ?", name, id);
  sql.run("UPDATE people SET name = ? WHERE id = ? AND name = ? AND contact_key IS NULL", name, personId, value);
}
