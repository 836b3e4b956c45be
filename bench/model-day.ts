import { fingerprint } from "../src/core/fingerprint.ts";
import { chatNameIdentity, emailIdentity } from "../src/core/identity.ts";
import type { Channel, DraftItem, MailFacts, PartyRole } from "../src/core/item.ts";
import type { Owner } from "../src/core/thread.ts";
import { untrusted } from "../src/core/untrusted.ts";
import { blankItem } from "../src/formats/blank-item.ts";
import type { Store } from "../src/store/open-store.ts";
import { searchColumns } from "../src/store/search-columns.ts";
import { registerSource } from "../src/store/sources.ts";
import { takeItems } from "../src/store/take-items.ts";
import { createRandom, createVocabulary } from "./invented-words.ts";

/** What a day brings: shares of newsletters, notices, receipts, chat, and mail of people, calendar included. */
const mix = [
  { kind: "newsletter", share: 0.26 },
  { kind: "notice", share: 0.24 },
  { kind: "receipt", share: 0.08 },
  { kind: "chat", share: 0.24 },
  { kind: "person", share: 0.18 },
] as const;
type Kind = (typeof mix)[number]["kind"];

export const owner: Owner = {
  names: ["Clara Weiss"],
  identities: ["clara@weiss.example"],
  zone: "UTC",
  region: "US",
  languages: ["en"],
};
const dayMs = 86_400_000;
const chats = 30;
const asks = ["Could you look at this?", "When can we talk about it?", "What do you think?"];
const facts: MailFacts = {
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
  imageCount: 0,
  links: [],
};

/** Fills a store with a day of invented items, 446 tokens each in the mean; the same for the same arguments. */
export async function makeDay(store: Store, { nowMs, items }: { nowMs: number; items: number }) {
  const source = { id: "day", connector: "files", kind: "mbox", location: "/day", label: "day", config: {} };
  await store.write((tx) => registerSource(tx, source));
  const random = createRandom(7);
  const { clause } = createVocabulary(random, 4_000);
  const drafts = Array.from({ length: items }, (_one, at) => {
    const kind = kindAt(at / items);
    const sentAt = new Date(nowMs - Math.floor(random() * dayMs)).toISOString();
    const clauses = kind === "chat" ? 3 : 10 + Math.floor(random() * 60);
    const body = `${Array.from({ length: clauses }, () => clause().plain).join(", ")}.`;
    const ask = random() < 0.4 && (kind === "person" || kind === "chat") ? `${asks[at % asks.length]} ` : "";
    return makeItem(kind, at, sentAt, `${ask}${body}`);
  });
  for (let at = 0; at < drafts.length; at += 100) {
    const some = drafts.slice(at, at + 100).map((draft) => ({
      draft,
      search: searchColumns(draft, []),
      original: null,
      sizeBytes: 1,
      locator: { path: "/day", offset: at },
    }));
    await store.write((tx) => takeItems(tx, source.id, some));
  }
  return {
    threads: store.read.number("SELECT count(*) FROM threads") ?? 0,
    mix: mix.map(({ kind, share }) => `${Math.round(share * 100)} % ${kind}`).join(", "),
    bodies: drafts.map(({ subject, text }) => `${String(subject)}\n${String(text)}`),
  };
}

function kindAt(place: number): Kind {
  let sum = 0;
  for (const { kind, share } of mix) {
    sum += share;
    if (place < sum - 1e-9) return kind;
  }
  return "person";
}

function makeItem(kind: Kind, at: number, sentAt: string, text: string): DraftItem {
  const channel: Channel = kind === "chat" ? "whatsapp" : "mail";
  const from = kind === "chat" ? `Friend ${at % chats}` : senderOf(kind, at);
  const subject = kind === "receipt" ? `Your receipt for order ${4000 + at}` : kind === "chat" ? "" : `About ${at}`;
  const identity = (who: string) => emailIdentity(who) ?? chatNameIdentity(channel, who);
  const party = (role: PartyRole, who: string) => ({ role, identity: identity(who), name: untrusted(who) });
  const mail: MailFacts = {
    ...facts,
    listUnsubscribe: kind === "newsletter",
    listId: kind === "newsletter" ? `<list${at % 20}.example>` : null,
    autoSubmitted: kind === "notice" ? "auto-generated" : null,
  };
  return {
    ...blankItem("message", channel, `day-${at}`),
    messageId: channel === "mail" ? `day-${at}@example` : null,
    fingerprint: fingerprint(from, sentAt, subject, text),
    threadKeys: [kind === "chat" ? `chat:${from}` : `mid:day-${at}@example`],
    threadTitle: untrusted(kind === "chat" ? from : subject),
    sentAt,
    parties: [party("from", from), ...(channel === "mail" ? [party("to", owner.identities[0] ?? "")] : [])],
    subject: untrusted(subject),
    text: untrusted(text),
    mail: channel === "mail" ? mail : null,
  };
}

function senderOf(kind: Kind, at: number): string {
  if (kind === "person") return `person${at % 60}@people.example`;
  return kind === "receipt"
    ? `orders@shop${at % 9}.example`
    : `${kind === "notice" ? "no-reply" : "news"}@site${at % 20}.example`;
}
