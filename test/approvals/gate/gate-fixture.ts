import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach } from "vitest";
import { z } from "zod";
import type { Facts } from "../../../approvals/gate/facts.ts";
import { type CardHistory, gatherFacts } from "../../../approvals/gate/gather-facts.ts";
import { blankPreview, type Look, type Preview, type PreviewRecipient, type Tier } from "../../../src/core/action.ts";
import type { CardContent, Origin } from "../../../src/core/card.ts";
import { emailIdentity } from "../../../src/core/identity.ts";
import type { DraftItem } from "../../../src/core/item.ts";
import type { Owner } from "../../../src/core/thread.ts";
import { openStore, type Store } from "../../../src/store/open-store.ts";
import { searchColumns } from "../../../src/store/search-columns.ts";
import { registerSource } from "../../../src/store/sources.ts";
import { takeItems } from "../../../src/store/take-items.ts";
import { parseOne } from "./ordinary-mail.ts";

export const nowMs = Date.parse("2026-11-20T12:00:00Z");

export interface MailSpec {
  from: string;
  to?: string;
  subject?: string;
  text?: string;
  html?: string | null;
  at?: string;
  id?: string;
  /** Message-ID that it answers; the same thread then. */
  answers?: string;
  /** The owner sent it, and it lies in a Sent folder. */
  sent?: boolean;
  /** Further headers, one a line. */
  headers?: string[];
}

export interface Stored {
  itemId: number;
  threadId: number;
}

/** A store with an owner, filled by mails as they would arrive: through the parser, with Sent evidence where sent. */
export interface GateLife {
  store: Store;
  owner: Owner;
  mail(spec: MailSpec): Promise<Stored>;
  take(draft: DraftItem): Promise<Stored>;
  contact(address: string): Promise<void>;
  facts(card: CardSpec): Promise<Facts>;
}

export interface CardSpec {
  action: string;
  tier: Tier;
  to?: readonly (string | PreviewRecipient)[];
  subject?: string;
  text?: string;
  fields?: { label: string; value: string }[];
  about?: Stored;
  preview?: Partial<Preview>;
  origin?: Partial<Origin>;
  history?: CardHistory;
  look?: Pick<Look, "file">;
}

/** Lives of the owner given; all are closed and removed after each test. */
export function lifeMaker(address: string, name: string): () => Promise<GateLife> {
  const ends: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0)) await end();
  });
  return async () => {
    const folder = mkdtempSync(join(tmpdir(), "steward-gate-"));
    const store = await openStore(join(folder, "steward.db"), {
      clock: { now: () => nowMs, sleep: async () => undefined },
    });
    ends.push(async () => {
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    });
    const source = { id: "s", connector: "gmail", kind: "account", location: address, label: address, config: {} };
    await store.write((tx) => registerSource(tx, source));
    await store.write((tx) => {
      const person = tx.sql.run("INSERT INTO people (name) VALUES (?)", name).lastId;
      const own = "INSERT INTO identities (kind, value, person_id, is_owner) VALUES ('email', ?, ?, 1)";
      tx.sql.run(own, address, person);
    });
    const owner = { names: [name], identities: [address], zone: "Europe/Berlin", region: "DE", languages: ["en"] };
    return makeLife(store, owner);
  };
}

const placeRow = z.object({ id: z.number(), thread_id: z.number() });

function makeLife(store: Store, owner: Owner): GateLife {
  const [address = ""] = owner.identities;
  let count = 0;
  const take = async (draft: DraftItem): Promise<Stored> => {
    const search = searchColumns(draft, []);
    const item = { draft, search, original: null, sizeBytes: 1, locator: { path: "x", offset: null } };
    await store.write((tx) => takeItems(tx, "s", [item]));
    const place = store.read.get(
      placeRow,
      "SELECT i.id, i.thread_id FROM items i JOIN sightings s ON s.item_id = i.id WHERE s.external_id = ?",
      draft.externalId,
    );
    if (place === null) throw new Error("not stored");
    return { itemId: place.id, threadId: place.thread_id };
  };
  return {
    store,
    owner,
    take,
    mail: async (spec) => {
      count += 1;
      const draft = await parseOne(Buffer.from(render(spec, address, count), "utf8"));
      if (draft === null) throw new Error("not parsed");
      return await take({ ...draft, externalId: `x${count}`, sentEvidence: spec.sent ?? false });
    },
    contact: async (value) => {
      await store.write((tx) => {
        const normal = emailIdentity(value)?.value ?? value;
        const person = tx.sql.run("INSERT INTO people (name) VALUES (?)", normal).lastId;
        tx.sql.run(
          "INSERT INTO identities (kind, value, person_id, in_contacts) VALUES ('email', ?, ?, 1)",
          normal,
          person,
        );
      });
    },
    facts: (card) => gatherFacts({ store, owner, nowMs, ...toRequest(card, address) }),
  };
}

function render(spec: MailSpec, owner: string, count: number): string {
  const at = new Date(spec.at ?? nowMs - (100 - count) * 3_600_000).toUTCString().replace("GMT", "+0000");
  const from = spec.sent === true ? owner : spec.from;
  const headers = [
    ...(spec.headers ?? (spec.sent === true ? [] : [passed(from)])),
    `From: ${from}`,
    `To: ${spec.to ?? owner}`,
    `Subject: ${(spec.subject ?? "").replace(/[\r\n]+/g, " ")}`,
    `Date: ${at}`,
    `Message-ID: <${spec.id ?? `m${count}`}@world.example>`,
    ...(spec.answers === undefined ? [] : [`In-Reply-To: <${spec.answers}@world.example>`]),
    "MIME-Version: 1.0",
  ];
  if (spec.html == null) return [...headers, "Content-Type: text/plain; charset=utf-8", "", spec.text ?? ""].join("\n");
  const part = (type: string, body: string): string => `--b\nContent-Type: text/${type}; charset=utf-8\n\n${body}`;
  const body = `${part("plain", spec.text ?? "")}\n${part("html", spec.html)}\n--b--\n`;
  return [...headers, 'Content-Type: multipart/alternative; boundary="b"', "", body].join("\n");
}

/** What the owner's server writes above a message whose sender it could prove. */
export function passed(from: string): string {
  const host = /@([^>\s]+)/.exec(from)?.[1] ?? "nowhere.example";
  return `Authentication-Results: mx.world.example; dkim=pass header.d=${host}; dmarc=pass header.from=${host}`;
}

export const modelOrigin: Origin = {
  by: "model",
  requestId: "r1",
  surface: "telegram",
  utterance: null,
  rule: null,
  itemsRead: [],
  openedThreads: [],
  callId: "call-1",
};

export const ownerOrigin: Origin = { ...modelOrigin, by: "owner", surface: "terminal", callId: null };

export function toRequest(
  card: CardSpec,
  account: string,
): { content: CardContent; preview: Preview; origin: Origin; history?: CardHistory; look?: Pick<Look, "file"> } {
  const recipients = (card.to ?? []).map((one) =>
    typeof one === "string" ? { role: "to" as const, channel: "mail" as const, address: one, name: "" } : one,
  );
  const subject = card.subject === undefined ? [] : [{ label: "Subject", value: card.subject }];
  const preview: Preview = {
    ...blankPreview,
    title: "A card",
    recipients,
    fields: [...subject, ...(card.fields ?? [])],
    text: card.text ?? null,
    about: { threadId: card.about?.threadId ?? null, itemIds: card.about === undefined ? [] : [card.about.itemId] },
    ...card.preview,
  };
  return {
    content: { action: card.action, account, tier: card.tier, input: {}, expiresAt: "2026-11-27T12:00:00.000Z" },
    preview,
    origin: { ...modelOrigin, ...card.origin },
    ...(card.history === undefined ? {} : { history: card.history }),
    ...(card.look === undefined ? {} : { look: card.look }),
  };
}

/** The codes of warnings, each once, with the level it has at most. */
export function codesOf(facts: Facts): string[] {
  return [...new Set(facts.warnings.map(({ code }) => code))];
}
