/** What may be looked up about somebody without the query being shown first; the words that stand behind the name. */
export const searchTopics = ["company", "funding", "people", "news", "website", "address", "jobs", "product"] as const;
export type SearchTopic = (typeof searchTopics)[number];

/** Characters a query may have. */
export const longestQuery = 200;

/** The query for a name and a topic. Contract: pure; nothing else may go into it. */
export function searchQuery(name: string, topic: SearchTopic): string {
  return `${name} ${topic}`;
}
