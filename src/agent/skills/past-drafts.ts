import { z } from "zod";
import { cardStates } from "../../core/card.ts";
import { getCurrentRevisions, readContent } from "../../store/card-revisions.ts";
import { listRecentCards } from "../../store/cards.ts";
import { listDrafts } from "../../store/drafts.ts";
import type { Reading } from "../../store/reading.ts";
import type { PastDraft } from "./teach-line.ts";

const inputSchema = z.object({ text: z.string().optional(), body: z.string().optional() });

/** The newest texts that were drafted for the owner, as first written and as they became cards, each once, newest first. */
export async function pastDrafts(reading: Reading, limit: number): Promise<PastDraft[]> {
  const drafts = (await listDrafts(reading, limit)).filter(({ firstText }) => firstText.trim() !== "");
  const known = new Set(drafts.flatMap(({ text, firstText }) => [text.trim(), firstText.trim()]));
  const cards = await listRecentCards(reading, cardStates, limit * 2);
  const revisions = await getCurrentRevisions(
    reading,
    cards.map(({ id }) => id),
  );
  const written = cards.flatMap(({ id, number, createdAt }) => {
    const revision = revisions.get(id);
    const input = inputSchema.safeParse(revision === undefined ? null : readContent(revision).input);
    const text = (input.success ? (input.data.text ?? input.data.body) : undefined)?.trim() ?? "";
    if (text === "" || known.has(text)) return [];
    known.add(text);
    return [{ name: `card ${number}`, text, at: createdAt }];
  });
  const first = drafts.map(({ threadId, firstText, draftedAt }) => ({
    name: `draft of thread ${threadId}`,
    text: firstText,
    at: draftedAt,
  }));
  const all = [...first, ...written].sort((a, b) => (a.at < b.at ? 1 : -1));
  return all.slice(0, limit).map(({ name, text }) => ({ name, text }));
}
