import { z } from "zod";
import { fold, foldedWords } from "../../core/fold.ts";
import { rawText } from "../../core/untrusted.ts";
import { getItem } from "../../store/items.ts";
import { type ListedDocument, listDocuments } from "../../store/list-documents.ts";
import { searchItems } from "../../store/search.ts";
import { parseQuery } from "../../store/search-query.ts";
import type { Tool, ToolContext } from "../tool.ts";
import { cutText } from "./cut-text.ts";
import { ownerTime } from "./owner-time.ts";
import { found } from "./tool-result.ts";

const input = z.strictObject({ name: z.string().min(1).max(300) });
const mostShown = 10;
const searched = 60;

/** A document of the Drive mirror or of an import. */
export const documentTool: Tool<typeof input> = {
  name: "document",
  description: "A document by path, title or words in it. The best match whole, others by name.",
  input,
  effect: "read",
  run: async ({ name }, context) => {
    const documents = await listDocuments(context.store);
    const byName = rank(documents, name);
    const matches = byName.length > 0 ? byName : await findByText(context, documents, name);
    const [best, ...others] = matches.slice(0, mostShown);
    if (best === undefined) return found({ documents: [] }, { note: "No document has that name or these words." });
    const item = await getItem(context.store, best.itemId);
    const { text, rest } = cutText(item === null ? "" : rawText(item.text), `item:${best.itemId}`);
    const whole = { ...showName(context, best), text, ...(rest === null ? {} : { rest }) };
    const data = { documents: [whole, ...others.map((one) => showName(context, one))] };
    const more = matches.length - mostShown;
    const note = more > 0 ? `${more} more match: name it more closely.` : "";
    return found(data, { itemIds: [best, ...others].map(({ itemId }) => itemId), note });
  },
};

function showName({ owner }: ToolContext, { itemId, title, at, mirror, path }: ListedDocument) {
  const place = mirror === null ? (path ?? "") : `drive/${mirror}`;
  return { item: itemId, path: place, title: rawText(title), at: ownerTime(at, owner.zone) };
}

/** Those of that name, the closest first: the whole path, the end of a path, the title, all words in either. */
function rank(documents: readonly ListedDocument[], name: string): ListedDocument[] {
  const wanted = fold(name)
    .replace(/^\/?(?:drive\/)?/, "")
    .trim();
  const words = foldedWords(name);
  const places = (one: ListedDocument): string[] => [one.mirror ?? "", one.path ?? ""].map((path) => fold(path));
  const closeness = (one: ListedDocument): number => {
    const [paths, title] = [places(one), fold(rawText(one.title))];
    if (paths.includes(wanted)) return 4;
    if (paths.some((path) => path.endsWith(`/${wanted}`))) return 3;
    if (title === wanted) return 2;
    const inside = foldedWords([title, ...paths].join(" "));
    return words.length > 0 && words.every((word) => inside.some((each) => each.startsWith(word))) ? 1 : 0;
  };
  return documents
    .map((document) => ({ document, close: closeness(document) }))
    .filter(({ close }) => close > 0)
    .sort((a, b) => b.close - a.close || Number(b.document.mirror !== null) - Number(a.document.mirror !== null))
    .map(({ document }) => document);
}

async function findByText(
  { store, owner, clock }: ToolContext,
  documents: readonly ListedDocument[],
  words: string,
): Promise<ListedDocument[]> {
  const nowMs = clock.now();
  const query = parseQuery(`in:drive ${words}`, { zone: owner.zone, nowMs });
  const { hits } = await searchItems(store, query, { limit: searched, order: "relevance", nowMs });
  const byId = new Map(documents.map((one) => [one.itemId, one]));
  return hits.flatMap(({ itemId }) => byId.get(itemId) ?? []);
}
