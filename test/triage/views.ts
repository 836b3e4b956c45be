import { readFileSync } from "node:fs";
import type { MailFacts } from "../../src/core/item.ts";
import type { ItemView, Owner, PartyView, ThreadView } from "../../src/core/thread.ts";
import { untrusted } from "../../src/core/untrusted.ts";
import { loadBrands } from "../../src/triage/lookalike.ts";
import { createContext, type TriageContext, type TriageInput } from "../../src/triage/triage-context.ts";
import { loadVocabulary } from "../../src/triage/vocabulary.ts";
import { loadWeights } from "../../src/triage/weights.ts";

function readData(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../data/${name}`, import.meta.url), "utf8"));
}

export const vocabulary = loadVocabulary(
  ["en", "de", "fr", "es", "it", "pt"].map((name) => readData(`vocabulary/${name}.json`)),
);
export const weights = loadWeights(readData("weights.json"));
export const brands = loadBrands(readData("vocabulary/brands.json"));

export const owner: Owner = {
  names: ["Clara Weiss"],
  identities: ["clara@weiss.example"],
  zone: "Europe/Berlin",
  region: "DE",
  languages: ["de", "en"],
};

/** Thursday 19 November 2026, 12:00 in Berlin. */
export const thursday = Date.parse("2026-11-19T11:00:00.000Z");

export function contextAt(now: string | number, more: Partial<TriageInput> = {}): TriageContext {
  return createContext({
    owner,
    nowMs: typeof now === "number" ? now : Date.parse(now),
    vocabulary,
    weights,
    elsewhere: [],
    openEvents: [],
    entries: [],
    known: [{ address: "marta@lang.example", name: "Marta Lang" }],
    brands,
    firstImportAt: null,
    ...more,
  });
}

export const noMail: MailFacts = {
  inReplyTo: null,
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
};

export function party(role: PartyView["role"], address: string, more: Partial<PartyView> = {}): PartyView {
  const isOwner = owner.identities.includes(address);
  return {
    role,
    address,
    name: untrusted(""),
    personId: null,
    known: false,
    inContacts: false,
    writtenTo: 0,
    isOwner,
    ...more,
  };
}

export interface MailShape {
  id?: number;
  from?: string;
  name?: string;
  known?: boolean;
  writtenTo?: number;
  personId?: number | null;
  to?: string[];
  cc?: string[];
  at?: string;
  subject?: string;
  text?: string;
  quoted?: string;
  hidden?: string;
  replyTo?: string;
  labels?: string[];
  attachments?: string[];
  mail?: Partial<MailFacts>;
  event?: ItemView["event"];
}

export const marta = {
  from: "marta@lang.example",
  name: "Marta Lang",
  known: true,
  writtenTo: 12,
  personId: 7,
} as const;

export function mailItem(shape: MailShape): ItemView {
  const from = shape.from ?? "stranger@else.example";
  const parties = [
    party("from", from, {
      name: untrusted(shape.name ?? ""),
      known: shape.known ?? false,
      writtenTo: shape.writtenTo ?? 0,
      personId: shape.personId ?? null,
    }),
    ...(shape.to ?? [from === owner.identities[0] ? "marta@lang.example" : "clara@weiss.example"]).map((address) =>
      party("to", address),
    ),
    ...(shape.cc ?? []).map((address) => party("cc", address)),
    ...(shape.replyTo === undefined ? [] : [party("reply_to", shape.replyTo)]),
  ];
  return {
    id: shape.id ?? 1,
    kind: "message",
    channel: "mail",
    messageId: `m${shape.id ?? 1}@else.example`,
    sentAt: shape.at ?? "2026-11-19T09:00:00.000Z",
    fromOwner: owner.identities.includes(from),
    parties,
    subject: untrusted(shape.subject ?? "Hello"),
    text: untrusted(shape.text ?? ""),
    quoted: untrusted(shape.quoted ?? ""),
    hiddenText: untrusted(shape.hidden ?? ""),
    labels: shape.labels ?? [],
    attachmentNames: (shape.attachments ?? []).map((name) => untrusted(name)),
    mail: { ...noMail, ...shape.mail },
    event: shape.event ?? null,
  };
}

export function chatItem(id: number, from: "me" | string, text: string, at: string, known = true): ItemView {
  const mine = from === "me";
  const address = mine ? "clara@weiss.example" : `whatsapp:${from}`;
  return {
    ...mailItem({ id, from: address, name: from, known, writtenTo: known ? 30 : 0, text, at, subject: "" }),
    channel: "whatsapp",
    fromOwner: mine,
    parties: [
      party("from", address, {
        name: untrusted(from),
        known,
        writtenTo: known ? 30 : 0,
        personId: mine ? null : 9,
        isOwner: mine,
      }),
    ],
    mail: null,
  };
}

export function thread(items: ItemView[], more: Partial<ThreadView> = {}): ThreadView {
  return {
    id: 1,
    channel: items[0]?.channel ?? "mail",
    title: untrusted("Thread"),
    group: false,
    state: "new",
    items,
    ...more,
  };
}
