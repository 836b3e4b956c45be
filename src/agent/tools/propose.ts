import { z } from "zod";
import { listActions } from "../../store/action-list.ts";
import { getCardByNumber } from "../../store/cards.ts";
import type { ProposedOutcome, ProposedStep, Tool, ToolContext, ToolResult } from "../tool.ts";
import { nameList } from "./actions.ts";
import { titleOfCard } from "./card-items.ts";
import { checkAsk } from "./check-ask.ts";
import { found, refused } from "./tool-result.ts";

const mostSteps = 12;
const step = z.strictObject({
  action: z.string().max(80),
  account: z.string().max(200).optional(),
  ask: z.record(z.string(), z.unknown()),
  after: z.int().min(0).optional(),
});
const input = z.strictObject({ steps: z.array(step).min(1).max(mostSteps), why: z.string().max(500) });

/** Puts cards before the owner: the only way to bring anything about. */
export const proposeTool: Tool<typeof input> = {
  name: "propose",
  description:
    "Put actions before the owner as cards, one bundle. Nothing happens before their yes. after: index of the step whose receipt this one waits for. Look up what an action asks for first.",
  input,
  effect: "propose",
  run: async ({ steps }, context, key) => {
    const asked = steps.map(({ action, account = null, ask, after = null }) => ({ action, account, ask, after }));
    const wrong = await findWrong(context, asked);
    if (wrong.length > 0) return refused(`Nothing was proposed. ${wrong.join(" ")}`);
    return await toResult(context, await context.propose(asked, key));
  },
};

async function findWrong({ store }: ToolContext, steps: readonly ProposedStep[]): Promise<string[]> {
  const actions = await listActions(store);
  return steps.flatMap(({ action, ask, after }, index) => {
    const listed = actions.find(({ name }) => name === action);
    if (listed === undefined) return [`Step ${index} names no action there is. There are: ${nameList(actions)}.`];
    if (after !== null && after >= index) return [`Step ${index} can only wait for one before it.`];
    return checkAsk(listed, ask).map((words) => `Step ${index}, ${words}.`);
  });
}

/** What became of a proposal. The titles of cards hold names and subjects from what they are about. */
export async function toResult({ store }: ToolContext, outcome: ProposedOutcome): Promise<ToolResult> {
  if (outcome.kind === "waiting")
    return found({ cards: [] }, { note: "It is kept and becomes cards when the acting side runs (steward start)." });
  if (outcome.kind === "refused") {
    const note = "It was refused; data says why. Mend it, or tell the owner.";
    return { ...found({ refused: outcome.text }, { note }), isError: true };
  }
  const itemIds: number[] = [];
  for (const { number } of outcome.cards) {
    const card = await getCardByNumber(store, number);
    if (card !== null) itemIds.push(...(await titleOfCard(store, card)).itemIds);
  }
  return found({ cards: outcome.cards }, { itemIds, note: "The owner decides; what is done stands in the ledger." });
}
