import type { Preview } from "../../src/core/action.ts";
import type { Origin } from "../../src/core/card.ts";
import { listBuryVetoes } from "../../src/store/bury-vetoes.ts";
import type { Store } from "../../src/store/open-store.ts";
import type { Facts } from "./facts.ts";

const burying = /\.(?:archive|trash|mark_read|mute|spam|delete|hide)(?:_|$)/;

/**
 * The lines of a card that triage forbids to put out of sight, when somebody else than the owner chose them; and the question
 * that stays open where triage has not looked. Contract: reads only. A line is the item of the same place in `about.itemIds`.
 */
export async function findNeverBury(
  store: Store,
  card: { action: string; preview: Preview; origin: Origin },
): Promise<{ neverBury: NonNullable<Facts["neverBury"]>; unanswered: string[] }> {
  const { lines, about } = card.preview;
  const chosenByOwner = card.origin.by === "owner" && card.origin.callId === null;
  if (chosenByOwner || lines.length === 0 || !burying.test(card.action)) return { neverBury: [], unanswered: [] };
  const vetoes = new Map((await listBuryVetoes(store, about.itemIds)).map((veto) => [veto.itemId, veto]));
  const found = lines.map((line, index) => {
    const itemId = lines.length === about.itemIds.length ? about.itemIds[index] : undefined;
    return { line, veto: itemId === undefined ? null : (vetoes.get(itemId) ?? null) };
  });
  const unknown = found.filter(({ veto }) => veto?.judged !== true).length;
  const neverBury = found.flatMap(({ line, veto }) => {
    const reason = veto?.reason ?? null;
    return reason === null ? [] : [{ lineId: line.id, why: reason }];
  });
  return { neverBury, unanswered: unknown === 0 ? [] : [`Whether ${unknown} of them may be put out of sight.`] };
}
