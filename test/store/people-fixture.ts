import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach } from "vitest";
import { z } from "zod";
import { fingerprint } from "../../src/core/fingerprint.ts";
import { chatNameIdentity, emailIdentity, phoneIdentity } from "../../src/core/identity.ts";
import { type ContactDetails, type DraftItem, type Identity, identityKinds, type Party } from "../../src/core/item.ts";
import { untrusted } from "../../src/core/untrusted.ts";
import { blankItem } from "../../src/formats/blank-item.ts";
import { openStore, type Store } from "../../src/store/open-store.ts";
import { registerSource } from "../../src/store/sources.ts";
import { takeItems } from "../../src/store/take-items.ts";

export const clock = { now: () => Date.parse("2026-11-20T12:00:00Z"), sleep: async () => undefined };

/** Opens a store in a folder of its own; all of them are closed and removed after each test. */
export function storeMaker(): () => Promise<Store> {
  const opened: { store: Store; folder: string }[] = [];
  afterEach(async () => {
    for (const { store, folder } of opened.splice(0)) {
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });
  return async () => {
    const folder = mkdtempSync(join(tmpdir(), "steward-people-"));
    const store = await openStore(join(folder, "steward.db"), { clock });
    opened.push({ store, folder });
    await store.write((tx) =>
      registerSource(tx, { id: "s", connector: "files", kind: "test", location: "x", label: "x", config: {} }),
    );
    return store;
  };
}

export async function take(store: Store, drafts: readonly DraftItem[]): Promise<void> {
  const search = { sender: "", recipients: "", subject: "", body: "", attachments: "", place: "" };
  await store.write((tx) =>
    takeItems(
      tx,
      "s",
      drafts.map((draft) => ({ draft, search, original: null, sizeBytes: 1, locator: { path: "x", offset: null } })),
    ),
  );
}

export function mustIdentity(value: string, region = "DE"): Identity {
  const identity = emailIdentity(value) ?? phoneIdentity(value, region);
  if (identity === null) throw new Error(`not an identity: ${value}`);
  return identity;
}

export interface MailSpec {
  id: string;
  from: string;
  to: string[];
  name?: string;
  at?: string;
  sent?: boolean;
  replyTo?: string;
  signature?: string;
}

/** One mail; `from` and `to` are addresses, `name` the sender's display name. */
export function mail(spec: MailSpec): DraftItem {
  const at = spec.at ?? "2026-11-01T10:00:00.000Z";
  const party = (role: Party["role"], address: string, name: string): Party => ({
    role,
    identity: mustIdentity(address),
    name: untrusted(name),
  });
  return {
    ...blankItem("message", "mail", spec.id),
    messageId: spec.id,
    fingerprint: fingerprint(spec.from, at, spec.id, spec.id),
    threadKeys: [`mid:${spec.replyTo ?? spec.id}`, `mid:${spec.id}`],
    sentAt: at,
    sentEvidence: spec.sent ?? false,
    parties: [party("from", spec.from, spec.name ?? ""), ...spec.to.map((to) => party("to", to, ""))],
    subject: untrusted(spec.id),
    text: untrusted(spec.id),
    signature: untrusted(spec.signature ?? ""),
    mail:
      spec.replyTo === undefined
        ? null
        : {
            inReplyTo: spec.replyTo,
            references: [],
            listId: null,
            listUnsubscribe: false,
            precedence: null,
            autoSubmitted: null,
            returnPath: null,
            importance: null,
            mailer: null,
            authentication: null,
            dsn: false,
            hiddenCharacters: 0,
            htmlBytes: 0,
            links: [],
            imageCount: 0,
          },
  };
}

/** A line of a WhatsApp export; `others` are the other names in the chat. */
export function chatLine(
  chat: string,
  from: string,
  at: string,
  options: { others?: string[]; group?: boolean } = {},
): DraftItem {
  const name = (who: string): Identity => chatNameIdentity("whatsapp", who);
  return {
    ...blankItem("message", "whatsapp", `${chat}:${from}:${at}`),
    fingerprint: fingerprint(from, at, chat, at),
    threadKeys: [`chat:whatsapp:${chat}`],
    threadTitle: untrusted(chat),
    group: options.group ?? false,
    sentAt: at,
    parties: [
      { role: "from", identity: name(from), name: untrusted(from) },
      ...(options.others ?? []).map((who): Party => ({ role: "member", identity: name(who), name: untrusted(who) })),
    ],
    text: untrusted(at),
  };
}

export function contactItem(id: string, contact: ContactDetails): DraftItem {
  return {
    ...blankItem("contact", "contacts", id),
    fingerprint: fingerprint(id, null, id, id),
    parties: contact.emails.map(
      (email): Party => ({
        role: "member",
        identity: mustIdentity(email),
        name: untrusted(contact.names[0] ?? ""),
      }),
    ),
    contact,
  };
}

const identityRow = z.object({
  id: z.number(),
  kind: z.enum(identityKinds),
  value: z.string(),
  person_id: z.number(),
  person: z.string(),
  is_owner: z.number(),
  in_contacts: z.number(),
  written_count: z.number(),
  received_count: z.number(),
  answered_count: z.number(),
});
export type TestIdentity = z.output<typeof identityRow>;

/** The identity with that value as it is stored now. */
export function identityOf(store: Store, value: string): TestIdentity {
  const row = store.read.get(
    identityRow,
    "SELECT n.*, p.name AS person FROM identities n JOIN people p ON p.id = n.person_id WHERE n.value = ?",
    value,
  );
  if (row === null) throw new Error(`no identity ${value}`);
  return row;
}

/** Who is one person with whom: sorted groups of values. */
export function groupsOf(store: Store): string[] {
  const rows = store.read.all(
    z.object({ value: z.string(), person_id: z.number() }),
    "SELECT value, person_id FROM identities",
  );
  return [...Map.groupBy(rows, (row) => row.person_id).values()]
    .map((group) =>
      group
        .map((row) => row.value)
        .sort()
        .join(" = "),
    )
    .sort();
}

/** Everything about people in the database, for "nothing changed". */
export function dumpPeople(store: Store): string {
  const tables = ["people", "identities", "contact_rows", "contact_links", "person_decisions", "owner_names"];
  return JSON.stringify(
    tables.map((table) => store.read.all(z.record(z.string(), z.unknown()), `SELECT * FROM ${table} ORDER BY 1, 2`)),
  );
}
