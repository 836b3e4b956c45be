import { compareContacts } from "../intake/people/contacts-base.ts";
import { readContactsFile, syncContacts } from "../intake/people/contacts-file.ts";
import type { ContactProblem } from "../intake/people/read-contact-rows.ts";
import { applyOwner } from "../store/person-owner-apply.ts";
import { refreshPeople } from "../store/person-stats.ts";
import type { OpenHome } from "./open-home.ts";

/**
 * Brings the store in line with what the owner wrote down: who they are (config.json) and whom they know (contacts.csv).
 * Contract: cheap when nothing changed; returns the rows that could not be used.
 */
export async function syncPeople(home: OpenHome, options: { added?: boolean } = {}): Promise<ContactProblem[]> {
  const { store, owner, paths } = home;
  const applied = await applyOwner(store, owner.identities, owner.names);
  const file = await readContactsFile(paths.contacts);
  await compareContacts(paths, owner.region);
  const synced = file === null ? null : await syncContacts(store, file.text, { region: owner.region });
  const added = options.added === true || applied.changedItems > 0 || applied.added.length > 0;
  await refreshPeople(store, { added });
  return synced?.problems ?? [];
}
