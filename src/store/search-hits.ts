import { z } from "zod";
import { channels, untrustedSchema } from "../core/item.ts";
import { rawText, type Untrusted } from "../core/untrusted.ts";
import type { Store } from "./open-store.ts";
import { jsonText } from "./row-types.ts";
import type { Phrase } from "./search-query.ts";
import { createRunFold, findSnippet, firstLines, type Snippet } from "./snippet.ts";

export interface SearchHit {
  itemId: number;
  threadId: number | null;
  sentAt: string | null;
  channel: (typeof channels)[number];
  /** The sender's name, or address where no name is known. */
  sender: Untrusted;
  subject: Untrusted;
  snippet: Snippet;
  /** Higher is better; 0 when ordered by time. */
  score: number;
}

/** An item that a search found, before anything but its place in the order is known. */
export interface Found {
  id: number;
  score: number;
}

const searchedPart = 100_000;
/** A hit is recognised best by where its text begins: words that stand there are shown, before better places further down. */
const firstPart = 4_000;
/** How many items one statement loads. Always the same number, so that it is prepared once. */
const loadedAtOnce = 20;

const hitRow = z.object({
  id: z.number(),
  thread_id: z.number().nullable(),
  sent_at: z.string().nullable(),
  channel: z.enum(channels),
  subject: untrustedSchema,
  text: z.string(),
  quoted: z.string(),
  sender: untrustedSchema,
});
type HitRow = z.output<typeof hitRow>;

const senderSql = `CASE WHEN p.name <> n.value THEN p.name WHEN n.name <> '' THEN n.name
  WHEN n.kind IN ('handle', 'chatname') THEN substr(n.value, instr(n.value, ':') + 1) ELSE coalesce(n.value, '') END`;
const hitSelect = `SELECT i.id, i.thread_id, i.sent_at, i.channel, i.subject, substr(t.text, 1, ${searchedPart}) AS text,
  substr(t.quoted, 1, ${searchedPart}) AS quoted, ${senderSql} AS sender
  FROM items i JOIN item_texts t ON t.item_id = i.id LEFT JOIN identities n ON n.id = i.sender_id
  LEFT JOIN people p ON p.id = n.person_id WHERE i.id IN (${Array.from({ length: loadedAtOnce }, () => "?").join(", ")})`;

/** Loads what a person needs to recognise each hit, in the order found; the words of the query are marked. */
export function loadHits(store: Store, found: readonly Found[], phrases: readonly Phrase[]): SearchHit[] {
  const mark = createMarker(phrases);
  const hits: SearchHit[] = [];
  for (let at = 0; at < found.length; at += loadedAtOnce) {
    const some = found.slice(at, at + loadedAtOnce);
    const ids = Array.from({ length: loadedAtOnce }, (_, index) => some[index]?.id ?? null);
    const rows = new Map(store.read.all(hitRow, hitSelect, ...ids).map((row) => [row.id, row]));
    for (const { id, score } of some) {
      const row = rows.get(id);
      if (row !== undefined) hits.push(toHit(store, row, score, mark));
    }
  }
  return hits;
}

/** Finds the words of a query in a text; null when none of them is there. */
type Marker = (text: string) => Snippet | null;

function createMarker(phrases: readonly Phrase[]): Marker {
  const foldRun = createRunFold();
  return (text) => (text === "" || phrases.length === 0 ? null : findSnippet(text, phrases, foldRun));
}

function toHit(store: Store, row: HitRow, score: number, mark: Marker): SearchHit {
  return {
    itemId: row.id,
    threadId: row.thread_id,
    sentAt: row.sent_at,
    channel: row.channel,
    sender: row.sender,
    subject: row.subject,
    snippet: markText(row.text, mark) ?? mark(row.quoted) ?? searchRest(store, row, mark),
    score,
  };
}

function markText(text: string, mark: Marker): Snippet | null {
  const found = mark(text.slice(0, firstPart));
  return found ?? (text.length < firstPart ? null : mark(text));
}

const restRow = z.object({
  signature: z.string(),
  attachments: jsonText.pipe(z.array(z.object({ name: untrustedSchema, text: untrustedSchema }))),
});

/** What neither the text nor what it quotes holds may be below the signature line, in the subject, or in a file. */
function searchRest(store: Store, row: HitRow, mark: Marker): Snippet {
  const beginning = firstLines(row.text === "" ? row.quoted : row.text);
  const rest = store.read.get(
    restRow,
    "SELECT t.signature, i.attachments FROM items i JOIN item_texts t ON t.item_id = i.id WHERE i.id = ?",
    row.id,
  );
  if (rest === null) return beginning;
  const inSignature = mark(rest.signature);
  if (inSignature !== null || mark(rawText(row.subject)) !== null) return inSignature ?? beginning;
  for (const file of rest.attachments) {
    const snippet = mark(`${rawText(file.name)}: ${rawText(file.text)}`);
    if (snippet !== null) return snippet;
  }
  return beginning;
}
