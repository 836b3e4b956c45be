import { z } from "zod";
import { fold, foldedWords } from "../../core/fold.ts";
import { getCard } from "../../store/cards.ts";
import { type LedgerEntry, type LedgerKind, listLedger } from "../../store/ledger.ts";
import type { Tool, ToolContext } from "../tool.ts";
import { titleOfCard } from "./card-items.ts";
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
  const { title, itemIds } = card === null ? { title: "", itemIds: [] } : await titleOfCard(store, card);
  const { receipt, why, reason } = said.safeParse(body).data ?? {};
  const words = [receipt ?? title, kind === "done" ? "" : kind.replace("_", " "), why ?? reason ?? ""];
  return { at, card: card?.number ?? null, text: words.filter((word) => word !== "").join("; "), itemIds };
}
