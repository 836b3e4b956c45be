/** What the door hands the one child process that searches. `baseUrl` and `model` say where; the key is read there and nowhere else. */
export interface SearchRequest {
  query: string;
  key: string | null;
  baseUrl: string;
  model: string;
}

/** Who searches. */
export interface WebClient {
  /** Why it cannot search now, with what to do about it; null when it can. */
  missing(): Promise<string | null>;
  /** What the child said, unparsed. Errors: `unavailable` when it says nothing in time. */
  search(query: string, signal: AbortSignal): Promise<unknown>;
}
