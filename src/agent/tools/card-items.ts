import { z } from "zod";
import { getRevision } from "../../store/card-revisions.ts";
import type { Card } from "../../store/cards.ts";
import type { Store } from "../../store/open-store.ts";
import { listTitleItems } from "../../store/title-items.ts";

const previewSchema = z.looseObject({ title: z.string(), about: z.looseObject({ itemIds: z.array(z.number()) }) });

/** What a card says it does, and the items that this was made of: what was read for it, and the thread it is about. */
export async function titleOfCard(store: Store, card: Card): Promise<{ title: string; itemIds: number[] }> {
  const revision = await getRevision(store, card.id, card.revision);
  const preview = previewSchema.safeParse(revision?.preview);
  const titles =
    card.threadId === null ? [] : ((await listTitleItems(store, [card.threadId])).get(card.threadId) ?? []);
  const mark = card.threadMark === null ? [] : [card.threadMark];
  const about = preview.success ? preview.data.about.itemIds : [];
  return {
    title: preview.success ? preview.data.title : card.action,
    itemIds: [...mark, ...titles, ...about, ...card.origin.itemsRead],
  };
}
