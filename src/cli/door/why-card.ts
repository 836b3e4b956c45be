import type { CardView } from "../../../approvals/door.ts";
import { listLedger } from "../../store/ledger.ts";
import type { CommandContext } from "../command-context.ts";
import { recipientLines } from "../render/card-recipients.ts";
import type { CardScreenOptions } from "../render/card-screen.ts";
import { frictionWords, stateWords } from "../render/card-state.ts";
import { sourceLines, warningLines, whyLines } from "../render/card-why.ts";
import { briefWords, labelled } from "../render/card-words.ts";
import { jsonScreen } from "../render/json-screen.ts";
import { ledgerLines } from "../render/ledger-screen.ts";
import { showLine } from "../render/visible-text.ts";
import { wrap } from "../render/width.ts";
import { findCard } from "./find-card.ts";
import { screenOptions } from "./screen-options.ts";
import { withDoor } from "./with-door.ts";

/** Why a card is there and costs what it costs: what code found, what was read for it, and its whole history. */
export async function whyCard(context: CommandContext, number: string, json: boolean): Promise<void> {
  await withDoor(
    context,
    async ({ home, door }) => {
      const view = await findCard(door, number);
      const entries = (await listLedger(home.store, { cardId: view.card.id, limit: 200 })).toReversed();
      if (json) {
        const { origin } = view.card;
        const { verdict, facts, decisions } = view;
        context.terminal.out(`${jsonScreen({ origin, verdict, facts, decisions, ledger: entries })}\n`);
        return;
      }
      const options = screenOptions(context, home, [view]);
      const numbers = new Map([[view.card.id, view.card.number]]);
      const lines = [
        ...reasonLines(view, options),
        "",
        options.paint.bold("What became of it"),
        ...ledgerLines(entries, { ...options, numbers, full: false }),
      ];
      context.terminal.out(`${lines.join("\n")}\n`);
    },
    { policy: "unread" },
  );
}

function reasonLines(view: CardView, options: CardScreenOptions): string[] {
  const { card, preview, verdict } = view;
  const { paint, width } = options;
  const cost = card.state === "proposed" ? frictionWords(verdict.friction) : stateWords(view, options);
  const odd = warningLines(view, options);
  const read = card.origin.itemsRead.map((id) => {
    const brief = options.briefs.get(id);
    return `i${id}  ${brief === undefined ? "is gone" : briefWords(brief, options)}`;
  });
  return [
    ...wrap(`Card ${card.number}  ${showLine(preview.title)}`, width).map(paint.bold),
    ...wrap(`${cost} · tier ${verdict.tier}`, width),
    ...recipientLines(view, options),
    ...(odd.length === 0 ? labelled("Odd", "nothing", options) : odd),
    ...sourceLines(view, options),
    ...whyLines(view, options),
    ...read.flatMap((words, at) => labelled(at === 0 ? "Read" : "", words, options)),
  ];
}
