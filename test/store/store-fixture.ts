import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach } from "vitest";
import { z } from "zod";
import { fingerprint } from "../../src/core/fingerprint.ts";
import { chatNameIdentity, emailIdentity } from "../../src/core/identity.ts";
import type { Channel, DraftItem, Party, PartyRole } from "../../src/core/item.ts";
import { untrusted } from "../../src/core/untrusted.ts";
import { blankItem } from "../../src/formats/blank-item.ts";
import { openStore, type Store } from "../../src/store/open-store.ts";
import { searchColumns } from "../../src/store/search-columns.ts";
import { registerSource } from "../../src/store/sources.ts";
import { type PreparedItem, type Taken, takeItems } from "../../src/store/take-items.ts";

export const nowMs = Date.parse("2026-11-20T12:00:00Z");
export const clock = { now: () => nowMs, sleep: async () => undefined };

/** A new folder for each call; all are removed after each test. */
export function folderMaker(): () => string {
  const folders: string[] = [];
  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  });
  return () => {
    const folder = mkdtempSync(join(tmpdir(), "steward-store-"));
    folders.push(folder);
    return folder;
  };
}

/** Opens stores with two registered sources, `a` and `b`; all are closed and removed after each test. */
export function storeMaker(): () => Promise<Store> {
  const stores: Store[] = [];
  afterEach(async () => {
    for (const store of stores.splice(0)) await store.close();
  });
  const newFolder = folderMaker();
  return async () => {
    const store = await openStore(join(newFolder(), "steward.db"), { clock });
    stores.push(store);
    await registerAb(store);
    return store;
  };
}

export async function registerAb(store: Store): Promise<void> {
  for (const id of ["a", "b"]) {
    await store.write((tx) =>
      registerSource(tx, { id, connector: "files", kind: "mbox", location: `/${id}`, label: id, config: {} }),
    );
  }
}

export interface DraftSpec {
  id: string;
  at?: string | null;
  text?: string;
  subject?: string;
  from?: string;
  name?: string;
  to?: string[];
  channel?: Channel;
  title?: string;
  keys?: string[];
  messageId?: string | null;
  providerId?: string | null;
  sent?: boolean;
  labels?: string[];
  files?: { name: string; text: string }[];
  quoted?: string;
}

/** One message; a mail unless `channel` says otherwise. Its Message-ID and thread key are its id unless given. */
export function draft(spec: DraftSpec): DraftItem {
  const channel = spec.channel ?? "mail";
  const at = spec.at === undefined ? "2026-11-01T10:00:00.000Z" : spec.at;
  const from = spec.from ?? "tom@lumen.example";
  const text = spec.text ?? spec.id;
  const subject = spec.subject ?? "";
  const party = (role: PartyRole, who: string, name: string): Party => ({
    role,
    identity: emailIdentity(who) ?? chatNameIdentity(channel, who),
    name: untrusted(name),
  });
  return {
    ...blankItem("message", channel, spec.id),
    providerId: spec.providerId ?? null,
    messageId: spec.messageId === undefined ? (channel === "mail" ? spec.id : null) : spec.messageId,
    fingerprint: fingerprint(from, at, subject, text),
    threadKeys: spec.keys ?? [`mid:${spec.id}`],
    threadTitle: untrusted(spec.title ?? subject),
    sentAt: at,
    sentEvidence: spec.sent ?? false,
    parties: [party("from", from, spec.name ?? ""), ...(spec.to ?? []).map((to) => party("to", to, ""))],
    subject: untrusted(subject),
    text: untrusted(text),
    quoted: untrusted(spec.quoted ?? ""),
    labels: spec.labels ?? [],
    attachments: (spec.files ?? []).map((file) => ({
      name: untrusted(file.name),
      mediaType: "application/pdf",
      sizeBytes: 1000,
      sha256: null,
      inline: false,
      text: untrusted(file.text),
    })),
  };
}

export function prepare(item: DraftItem): PreparedItem {
  return {
    draft: item,
    search: searchColumns(item, []),
    original: null,
    sizeBytes: 1,
    locator: { path: "/x", offset: null },
  };
}

export async function take(store: Store, sourceId: string, drafts: readonly DraftItem[]): Promise<Taken> {
  return await store.write((tx) => takeItems(tx, sourceId, drafts.map(prepare)));
}

/** The number a one-column query gives, 0 for none. */
export function count(store: Store, sql: string): number {
  return store.read.number(sql) ?? 0;
}

/** Rows of any shape, for looking at what is stored. */
export function rows(store: Store, sql: string): Record<string, unknown>[] {
  return store.read.all(z.record(z.string(), z.unknown()), sql).map((row) => ({ ...row }));
}

/** Any code units at all, lone surrogates included. */
export const oddText = fc
  .array(fc.oneof(fc.integer({ min: 0, max: 0x2ff }), fc.integer({ min: 0, max: 0xffff })), { maxLength: 24 })
  .map((units) => String.fromCharCode(...units));
