import type { CardView } from "../../../approvals/door.ts";
import { loadHits } from "../../store/search-hits.ts";
import type { CommandContext } from "../command-context.ts";
import type { OpenHome } from "../open-home.ts";
import type { CardScreenOptions } from "../render/card-screen.ts";
import type { ItemBrief } from "../render/card-words.ts";
import { makePaint } from "../render/paint.ts";

const mostBriefs = 400;

/** How cards are drawn on this screen, with what is known of the items these cards name. */
export function screenOptions(
  context: CommandContext,
  home: OpenHome,
  cards: readonly CardView[] = [],
  full = false,
): CardScreenOptions {
  return {
    paint: makePaint(context.terminal.colour),
    width: Math.min(context.terminal.columns, 78),
    zone: home.config.zone,
    nowMs: context.clock.now(),
    self: context.self,
    briefs: loadBriefs(home, cards),
    full,
  };
}

function loadBriefs({ store }: OpenHome, cards: readonly CardView[]): Map<number, ItemBrief> {
  const named = cards.flatMap(({ facts, verdict, card }) => [
    ...facts.recipients.flatMap(({ itemIds }) => itemIds.slice(0, 1)),
    ...facts.values.flatMap(({ itemIds }) => itemIds.slice(0, 1)),
    ...verdict.warnings.flatMap(({ itemIds }) => itemIds.slice(0, 3)),
    ...card.origin.itemsRead,
  ]);
  const found = [...new Set(named)].slice(0, mostBriefs).map((id) => ({ id, score: 0 }));
  return new Map(loadHits(store, found, []).map((hit) => [hit.itemId, hit]));
}
