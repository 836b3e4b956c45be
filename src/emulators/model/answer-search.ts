import { readFileSync } from "node:fs";
import { z } from "zod";
import { type Block, type MessagesRequest, textOf } from "./messages-api.ts";
import type { PolicyAnswer } from "./policy.ts";
import { makeId } from "./write-message.ts";

const pagesSchema = z.array(
  z.strictObject({ url: z.url(), title: z.string(), age: z.string().nullable(), text: z.string() }),
);
type WebPage = z.output<typeof pagesSchema>[number];
const mostResults = 5;

/**
 * Answers a request that holds the service's web search: the search it makes, its results, and their text. Null when the request
 * holds none, or there are no pages: then the policy is asked. Source: web search tool of the Messages API, version 20260318.
 */
export function answerSearch(request: MessagesRequest, webPath: string | null, serial: number): PolicyAnswer | null {
  const tool = (request.tools ?? []).find(({ type }) => type?.startsWith("web_search_") === true);
  if (tool === undefined || webPath === null) return null;
  const query = textOf(request.messages.at(-1)?.content ?? "").trim();
  const found = findPages(query, pagesSchema.parse(JSON.parse(readFileSync(webPath, "utf8"))));
  const id = makeId("srvtoolu", serial);
  const results = found.map(({ url, title, age, text }) => ({
    type: "web_search_result",
    url,
    title,
    page_age: age,
    encrypted_content: Buffer.from(text).toString("base64"),
  }));
  return {
    content: [
      { type: "server_tool_use", id, name: tool.name, input: { query } },
      { type: "web_search_tool_result", tool_use_id: id, content: results },
      ...found.map(toText),
      ...(found.length === 0 ? [{ type: "text", text: "Nothing was found." }] : []),
    ],
    stopReason: "end_turn",
  };
}

/** The page's text, with the citation by which a reader knows whose it is. */
function toText({ url, title, text }: WebPage): Block {
  const citation = {
    type: "web_search_result_location",
    url,
    title,
    encrypted_index: "",
    cited_text: text.slice(0, 150),
  };
  return { type: "text", text, citations: [citation] };
}

/** Pages that share a word of some weight with the query, those with most first. */
export function findPages(query: string, pages: readonly WebPage[]): WebPage[] {
  const words = toWords(query);
  return pages
    .map((page) => ({ page, score: scorePage(words, page) }))
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score)
    .slice(0, mostResults)
    .map(({ page }) => page);
}

/** A page is found by its names: something of the title or the host has to be in the query. */
function scorePage(words: readonly string[], { url, title, text }: WebPage): number {
  const head = toWords(`${title} ${new URL(url).host.replace(/\.example$/, "")}`);
  const body = toWords(text);
  const inHead = words.filter((word) => head.includes(word)).length;
  return inHead === 0 ? 0 : inHead * 3 + words.filter((word) => body.includes(word)).length;
}

function toWords(text: string): string[] {
  const folded = text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  return [...new Set(folded.match(/[\p{L}\p{N}]{3,}/gu) ?? [])];
}
