import { z } from "zod";
import { fold, foldedWords } from "../../core/fold.ts";
import { getRevision } from "../../store/card-revisions.ts";
import { type Card, getCard } from "../../store/cards.ts";
import { type LedgerEntry, type LedgerKind, listLedger } from "../../store/ledger.ts";
import { listTitleItems } from "../../store/title-items.ts";
import type { Tool, ToolContext } from "../tool.ts";
import { ownerTime } from "./owner-time.ts";
import { found } from "./tool-result.ts";

const input = z.strictObject({ limit: z.int().min(1).max(50), words: z.string().max(200).optional() });
const effects: readonly LedgerKind[] = ["done", "failed", "unknown", "undone", "undo_failed", "marked_done"];
const looked = 500;
const said = z.looseObject({
  receipt: z.string().optional(),
  why: z.string().optional(),
  reason: z.string().optional(),
});
const aboutSchema = z.looseObject({ title: z.string(), about: z.looseObject({ itemIds: z.array(z.number()) }) });

/** What was really done, newest first. */
export const ledgerTool: Tool<typeof input> = {
  name: "ledger",
  description: "What has been done for the owner, newest first; with words: only what has them all.",
  input,
  effect: "read",
  run: async ({ limit, words }, context) => {
    const wanted = foldedWords(words ?? "");
    const shown: Effect[] = [];
    for (const entry of await listLedger(context.store, { kinds: effects, limit: looked })) {
      if (shown.length >= limit) break;
      const effect = await readEffect(context, entry);
      const folded = fold(effect.text);
      if (wanted.every((word) => folded.includes(word))) shown.push(effect);
    }
    const { zone } = context.owner;
    return found(
      { effects: shown.map(({ at, card, text }) => ({ at: ownerTime(at, zone), card, text })) },
      { itemIds: shown.flatMap(({ itemIds }) => itemIds) },
    );
  },
};

interface Effect {
  at: string;
  card: number | null;
  text: string;
  itemIds: number[];
}

async function readEffect({ store }: ToolContext, { at, kind, cardId, body }: LedgerEntry): Promise<Effect> {
  const card = cardId === null ? null : await getCard(store, cardId);
  const revision = card === null ? null : await getRevision(store, card.id, card.revision);
  const preview = aboutSchema.safeParse(revision?.preview);
  const { receipt, why, reason } = said.safeParse(body).data ?? {};
  const title = preview.success ? preview.data.title : (card?.action ?? "");
  const words = [receipt ?? title, kind === "done" ? "" : kind.replace("_", " "), why ?? reason ?? ""];
  const titles = card === null ? [] : await titlesOf(store, card);
  return {
    at,
    card: card?.number ?? null,
    text: words.filter((word) => word !== "").join("; "),
    itemIds: [...titles, ...(preview.success ? preview.data.about.itemIds : []), ...(card?.origin.itemsRead ?? [])],
  };
}

/** A title names the thread it is about: what it says came from there. */
async function titlesOf(store: ToolContext["store"], { threadId, threadMark }: Card): Promise<number[]> {
  const titles = threadId === null ? [] : ((await listTitleItems(store, [threadId])).get(threadId) ?? []);
  return threadMark === null ? titles : [threadMark, ...titles];
}
