import { Anthropic } from "@anthropic-ai/sdk";
import { z } from "zod";
import { StewardError } from "../../core/errors.ts";
import { guardEgress } from "../../model/guard-egress.ts";
import { nameFailure } from "../../model/name-failure.ts";

export const searchRequestSchema = z.strictObject({
  query: z.string().min(1),
  /** Null where the server asks none. */
  key: z.string().nullable(),
  baseUrl: z.string(),
  model: z.string(),
});
export type SearchQuestion = z.output<typeof searchRequestSchema>;

export interface FoundPage {
  url: string;
  title: string;
  text: string;
}

const pageSchema = z.object({ type: z.literal("web_search_result"), url: z.string(), title: z.string().catch("") });
const blockSchema = z.union([
  z.object({ type: z.literal("web_search_tool_result"), content: z.unknown() }),
  z.object({
    type: z.literal("text"),
    text: z.string(),
    citations: z
      .array(z.object({ url: z.string(), cited_text: z.string().catch("") }))
      .nullish()
      .catch(null),
  }),
]);
const messageSchema = z.object({ content: z.array(z.unknown()) });
const withinMs = 55_000;

/**
 * The one call with a tool of the service's own: its search, with the query as the whole of the request. `allowed_callers` keeps it a
 * plain search: no code runs there. Contract: one request, no retry. Errors: as of a model call; `unavailable` where the server cannot
 * search. Source: https://platform.claude.com/docs/en/agents-and-tools/tool-use/web-search-tool
 */
export async function searchWeb(asked: SearchQuestion, send: typeof fetch, signal: AbortSignal): Promise<FoundPage[]> {
  const { query, key, baseUrl, model } = asked;
  const quiet = (): void => undefined;
  const client = new Anthropic({
    apiKey: key ?? "none",
    baseURL: baseUrl,
    webhookKey: null,
    maxRetries: 0,
    fetch: guardEgress(send, baseUrl, { hasKey: key !== null }),
    logLevel: "off",
    logger: { error: quiet, warn: quiet, info: quiet, debug: quiet },
    openTelemetry: false,
  });
  const body = {
    model,
    max_tokens: 4096,
    messages: [{ role: "user", content: query }],
    tools: [{ type: "web_search_20260318", name: "web_search", max_uses: 3, allowed_callers: ["direct"] }],
  };
  let answer: unknown;
  try {
    answer = await client.post<unknown>("/v1/messages", { body, signal, timeout: withinMs });
  } catch (error) {
    throw nameFailure(error, { host: new URL(baseUrl).host, model, hasKey: key !== null, signal }).error;
  }
  return readPages(answer);
}

/** Each page the search found, with what the answer says of it. */
export function readPages(answer: unknown): FoundPage[] {
  const message = messageSchema.safeParse(answer);
  if (!message.success) throw new StewardError("unavailable", "The search gave no answer that can be read.");
  const blocks = message.data.content.flatMap((block) => blockSchema.safeParse(block).data ?? []);
  const searches = blocks.flatMap((block) => (block.type === "web_search_tool_result" ? [block.content] : []));
  if (searches.length === 0) throw new StewardError("unavailable", "This server cannot search the web.");
  const lists = searches.flatMap((content) => (Array.isArray(content) ? [content] : []));
  if (lists.length === 0) throw new StewardError("unavailable", "The search itself failed. Try again later.");
  const texts = new Map<string, string[]>();
  for (const block of blocks) {
    if (block.type !== "text") continue;
    for (const { url, cited_text } of block.citations ?? []) {
      const known = texts.get(url) ?? [];
      texts.set(url, known);
      for (const text of [block.text, cited_text]) if (!known.some((one) => one.includes(text))) known.push(text);
    }
  }
  const pages = lists.flat().flatMap((page) => pageSchema.safeParse(page).data ?? []);
  return pages.map(({ url, title }) => ({ url, title, text: (texts.get(url) ?? []).join("\n\n") }));
}
