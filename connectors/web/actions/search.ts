import { z } from "zod";
import { type Action, blankPreview } from "../../../src/core/action.ts";
import { StewardError } from "../../../src/core/errors.ts";
import { longestQuery, searchQuery, searchTopics } from "../../../src/core/search-topics.ts";
import { forScreen } from "../../../src/core/untrusted.ts";
import { readSearchAnswer, type SearchResult, searchResultSchema } from "../search-answer.ts";
import type { WebClient } from "../web-client.ts";

const line = (most: number) => z.string().trim().min(2).max(most);
const askSchema = z.strictObject({
  query: line(longestQuery).optional(),
  name: line(120).optional(),
  topic: z.enum(searchTopics).optional(),
});
const inputSchema = z.strictObject({
  query: z
    .string()
    .min(2)
    .max(longestQuery)
    .refine((text) => oneLine(text) === text, "A query is one line without hidden characters."),
  name: z.string().nullable(),
  topic: z.enum(searchTopics).nullable(),
});
type Input = z.output<typeof inputSchema>;

/**
 * Looks something up. What leaves is the query and nothing else, from a process of its own. It reads and has no effect, so one of which
 * nobody knows whether it happened is made again.
 */
export const search: Action<z.output<typeof askSchema>, Input, null, SearchResult, WebClient> = {
  name: "web.search",
  tier: "read",
  description: `Search the web: {query}, or {name, topic} with a topic of ${searchTopics.join(", ")}, which may need no yes.`,
  ask: askSchema,
  input: inputSchema,
  handle: z.null(),
  result: searchResultSchema,
  resolve: async (ask, { client }) => {
    const missing = client === null ? "The web cannot be searched now." : await client.missing();
    if (missing !== null) throw new StewardError("usage", missing);
    return readAsk(ask);
  },
  raise: () => "read",
  preview: async ({ query, name, topic }) => ({
    ...blankPreview,
    title: `Search the web for “${query}”`,
    fields: [
      ...(name === null ? [] : [{ label: "Name", value: name }]),
      ...(topic === null ? [] : [{ label: "Topic", value: topic }]),
    ],
    text: query,
    consequences: ["The service that searches learns these words, and nothing else."],
  }),
  execute: async ({ query }, _handle, { client, signal }) => readSearchAnswer(await client.search(query, signal)),
  readBack: ({ method, path }) => {
    throw new StewardError("internal", `Searching sends nothing from here, and not ${method} ${path}.`);
  },
  reconcile: async () => ({ kind: "not_done" }),
  edit: {
    read: ({ query }) => ({ text: query }),
    apply: (input, { text }) =>
      text === undefined || text === input.query ? input : { query: oneLine(text), name: null, topic: null },
  },
  receipt: ({ query }, { results }) => `Searched the web for “${query}”: ${results.length} found.`,
};

/** A query of its own, or a name with a topic: then code puts the query together. Errors: `usage`. */
function readAsk({ query, name, topic }: z.output<typeof askSchema>): Input {
  if (query !== undefined && name === undefined && topic === undefined) {
    return { query: oneLine(query), name: null, topic: null };
  }
  if (query !== undefined || name === undefined || topic === undefined) {
    throw new StewardError("usage", "A search has a query, or a name and a topic.");
  }
  const plain = oneLine(name);
  return { query: searchQuery(plain, topic), name: plain, topic };
}

function oneLine(text: string): string {
  return forScreen(text).replace(/\s+/g, " ").trim();
}
