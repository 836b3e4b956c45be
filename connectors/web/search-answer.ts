import { z } from "zod";
import { StewardError } from "../../src/core/errors.ts";
import { readPublicUrl } from "../../src/core/public-url.ts";

export const mostResults = 10;
const mostCharacters = 4000;
const mostTitle = 300;

export const searchResultSchema = z.strictObject({
  results: z.array(z.strictObject({ url: z.string(), title: z.string(), text: z.string() })).max(mostResults),
});
/** What a search brought: words of others, every one. `url` is public http(s). */
export type SearchResult = z.output<typeof searchResultSchema>;

const answerSchema = z.union([
  z.object({ results: z.array(z.object({ url: z.string(), title: z.string(), text: z.string() })) }),
  z.object({ error: z.string() }),
]);

/**
 * What the child that searches has said, made small and safe: links that lead out of this computer and its network only, each once, ten
 * at most, texts cut. Contract: pure. Errors: `unavailable` with the child's own reason, or for an answer that is none.
 */
export function readSearchAnswer(answer: unknown): SearchResult {
  const said = answerSchema.safeParse(answer);
  if (!said.success) throw new StewardError("unavailable", "The search gave no answer that can be read.");
  if ("error" in said.data) throw new StewardError("unavailable", said.data.error.slice(0, 300));
  const seen = new Set<string>();
  const results = said.data.results.flatMap(({ url, title, text }) => {
    const read = readPublicUrl(url);
    if ("reason" in read || seen.has(url)) return [];
    seen.add(url);
    return [{ url, title: cut(title, mostTitle), text: cut(text, mostCharacters) }];
  });
  return { results: results.slice(0, mostResults) };
}

function cut(text: string, most: number): string {
  return text.slice(0, most).toWellFormed();
}
