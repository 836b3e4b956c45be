import { z } from "zod";
import { StewardError } from "../core/errors.ts";
import { accountIdentity, emailIdentity } from "../core/identity.ts";
import { type Identity, type IdentityKind, identityKinds } from "../core/item.ts";
import type { Store } from "./open-store.ts";
import { flag } from "./row-types.ts";

/** Somebody, named by one identity or by the person they are now. */
export type PersonReference = { identityId: number } | { personId: number };

const identityRow = z
  .object({
    id: z.number(),
    kind: z.enum(identityKinds),
    value: z.string(),
    name: z.string(),
    person_id: z.number(),
    person: z.string(),
    is_owner: flag,
    contact_key: z.string().nullable(),
  })
  .transform((row) => ({
    id: row.id,
    kind: row.kind,
    value: row.value,
    name: row.name,
    personId: row.person_id,
    person: row.person,
    isOwner: row.is_owner,
    contactKey: row.contact_key,
  }));
export type StoredIdentity = z.output<typeof identityRow>;

const identitySelect = `SELECT n.id, n.kind, n.value, n.name, n.person_id, p.name AS person, n.is_owner, l.contact_key
  FROM identities n JOIN people p ON p.id = n.person_id LEFT JOIN contact_links l ON l.identity_id = n.id`;

/** The identity with that id, null when there is none. */
export async function getIdentity(store: Store, id: number): Promise<StoredIdentity | null> {
  return store.read.get(identityRow, `${identitySelect} WHERE n.id = ?`, id);
}

/** The identities with that normalised value; more than one only when kinds differ. */
export async function findIdentities(store: Store, value: string): Promise<StoredIdentity[]> {
  return identityKinds.flatMap((kind) =>
    store.read.all(identityRow, `${identitySelect} WHERE n.kind = ? AND n.value = ?`, kind, value),
  );
}

/** The identity that stands for a reference: itself, or the person's listed in contacts.csv, else their oldest. */
export async function representIdentity(store: Store, reference: PersonReference): Promise<StoredIdentity> {
  const found =
    "identityId" in reference
      ? await getIdentity(store, reference.identityId)
      : store.read.get(
          identityRow,
          `${identitySelect} WHERE n.person_id = ? ORDER BY l.contact_key IS NULL, n.id LIMIT 1`,
          reference.personId,
        );
  if (found !== null) return found;
  throw new StewardError("not_found", "Nobody is known by that address, number or handle.", {
    cure: "Look them up with: steward people --query <name>. Somebody with a name only needs an address in contacts.csv first.",
  });
}

/** A normalised identity value with its kind, as a config or a decision writes it. Null when it can be none. */
export function readIdentityValue(value: string): Identity | null {
  if (/^\+\d{5,15}$/.test(value)) return { kind: "phone", value };
  const colon = value.indexOf(":");
  const service = value.slice(0, Math.max(colon, 0)).toLowerCase();
  const named = value.slice(colon + 1).trim();
  if (colon > 0 && /^[a-z][a-z0-9_-]*$/.test(service) && named !== "") return accountIdentity(service, named);
  return emailIdentity(value);
}

/** How an identity is called on a screen: `address`, `number`, `handle` or `chat name`. */
export function nameIdentityKind(kind: IdentityKind): string {
  switch (kind) {
    case "email":
      return "address";
    case "phone":
      return "number";
    case "handle":
      return "handle";
    case "chatname":
      return "chat name";
  }
}
