import { z } from "zod";
import { movingStates } from "../../core/card.ts";
import { searchTopics } from "../../core/search-topics.ts";
import { rawText } from "../../core/untrusted.ts";
import { getCard, getCardByNumber } from "../../store/cards.ts";
import { type FullItem, getItem } from "../../store/items.ts";
import { listLedger } from "../../store/ledger.ts";
import type { FoundPage, ProposedOutcome, Tool, ToolContext, ToolResult } from "../tool.ts";
import { cutText } from "./cut-text.ts";
import { toResult } from "./propose.ts";
import { found, refused } from "./tool-result.ts";

export const searchAction = "web.search";
/** As long as the door lets a search take. */
const waitsMs = 65_000;
const looksEveryMs = 100;
const textCharacters = 1500;
const input = z.strictObject({
  query: z.string().min(2).max(200).optional(),
  name: z.string().min(2).max(120).optional(),
  topic: z.enum(searchTopics).optional(),
});
const pageSchema = z.object({ url: z.string(), title: z.string(), text: z.string() });
const doneSchema = z.object({ result: z.object({ results: z.array(pageSchema) }) });

/** Looks something up in the web, through the door: what leaves is the query and nothing else. */
export const webSearchTool: Tool<typeof input> = {
  name: "web_search",
  description:
    "Search the web. name and topic where a person or organisation is named, free of a card; a query of your own may need the owner's yes. Never put private matters in it.",
  input,
  effect: "propose",
  run: async ({ query, name, topic }, context, key) => {
    const ask = readAsk(query, name, topic);
    if (ask === null) return refused("Give name and topic, or a query.");
    if (context.keepFound === undefined) return refused("The web cannot be searched here.");
    const outcome = await context.propose([{ action: searchAction, account: null, ask, after: null }], key);
    const cardId = await firstCard(context, outcome);
    const pages = cardId === null ? null : await waitForResult(context, cardId);
    if (pages !== null) return await showResults(context, await context.keepFound(pages));
    const result = await toResult(context, outcome);
    return result.isError
      ? result
      : { ...result, note: "The search waits for the owner's yes: end here, or go on without." };
  },
};

function readAsk(query: string | undefined, name: string | undefined, topic: string | undefined): object | null {
  if (query !== undefined && name === undefined && topic === undefined) return { query };
  return query === undefined && name !== undefined && topic !== undefined ? { name, topic } : null;
}

async function firstCard({ store }: ToolContext, outcome: ProposedOutcome): Promise<string | null> {
  const [first] = outcome.kind === "cards" ? outcome.cards : [];
  return first === undefined ? null : ((await getCardByNumber(store, first.number))?.id ?? null);
}

/** What a search brought; null when it waits for the owner, failed, or takes too long. */
async function waitForResult({ store, clock, signal }: ToolContext, cardId: string): Promise<FoundPage[] | null> {
  for (let waited = 0; waited <= waitsMs; waited += looksEveryMs) {
    const [done] = await listLedger(store, { cardId, kinds: ["done"], limit: 1 });
    if (done !== undefined) return doneSchema.safeParse(done.body).data?.result.results ?? [];
    const state = (await getCard(store, cardId))?.state;
    if (state === undefined || !movingStates.includes(state)) return null;
    await clock.sleep(looksEveryMs, signal);
  }
  return null;
}

async function showResults({ store }: ToolContext, itemIds: readonly number[]): Promise<ToolResult> {
  const items = (await Promise.all(itemIds.map((id) => getItem(store, id)))).flatMap((item) => item ?? []);
  const results = items.map(showResult);
  return found(
    { results },
    { itemIds: items.map(({ id }) => id), note: results.length === 0 ? "Nothing was found." : "" },
  );
}

function showResult(item: FullItem) {
  const { text, rest } = cutText(rawText(item.text), `item:${item.id}`, 0, textCharacters);
  const url =
    item.sightings.map(({ path }) => path).find((path) => /^https?:\/\//.test(path)) ?? item.mail?.links[0] ?? "";
  return { item: item.id, title: rawText(item.subject), url, text, ...(rest === null ? {} : { rest }) };
}
