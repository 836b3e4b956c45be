import type { MessagesRequest, Usage } from "./messages-api.ts";
import { priceOf } from "./price-of.ts";

/** One request as it came, and what it was answered. */
export interface KeptRequest {
  /** `/v1/messages` or `/v1/messages/count_tokens`. */
  path: string;
  /** Milliseconds since 1970. */
  atMs: number;
  /** Of the first line of its system text; empty without one. */
  purpose: string;
  /** The body as it came; what is no JSON as text. */
  body: unknown;
  /** What the server made of it; null when it was refused before. */
  request: MessagesRequest | null;
  status: number;
  /** The message, or what went wrong in words. */
  answer: unknown;
  usage: Usage | null;
  usd: number;
}

export interface ModelTotals {
  /** Messages that were asked for, refused ones included; counting tokens is not one. */
  requests: number;
  byPurpose: Record<string, number>;
  usage: Usage;
  usd: number;
}

export interface RequestLog {
  /** Every request since the beginning or the last `clear`, oldest first. */
  requests(): readonly KeptRequest[];
  totals(): ModelTotals;
  keep(entry: Omit<KeptRequest, "atMs" | "usd">): void;
  /** Forgets what was asked; ids go on from where they were. */
  clear(): void;
  /** A number no answer had before. */
  nextSerial(): number;
}

const noUsage: Usage = {
  input: 0,
  cacheWrite5m: 0,
  cacheWrite1h: 0,
  cacheRead: 0,
  output: 0,
  thinking: 0,
  webSearches: 0,
};

/** An empty log. */
export function createRequestLog(now: () => number): RequestLog {
  let kept: KeptRequest[] = [];
  let serial = 0;
  return {
    requests: () => kept,
    totals: () => {
      const asked = kept.filter(({ path }) => path === "/v1/messages");
      const byPurpose: Record<string, number> = {};
      for (const { purpose } of asked) byPurpose[purpose] = (byPurpose[purpose] ?? 0) + 1;
      return {
        requests: asked.length,
        byPurpose,
        usage: asked.reduce((sum, { usage }) => addUsage(sum, usage ?? noUsage), noUsage),
        usd: asked.reduce((sum, { usd }) => sum + usd, 0),
      };
    },
    keep: (entry) => {
      const usd = entry.usage === null || entry.request === null ? 0 : priceOf(entry.request.model, entry.usage);
      kept.push({ ...entry, atMs: now(), usd });
    },
    clear: () => {
      kept = [];
    },
    nextSerial: () => {
      serial += 1;
      return serial;
    },
  };
}

function addUsage(a: Usage, b: Usage): Usage {
  return {
    input: a.input + b.input,
    cacheWrite5m: a.cacheWrite5m + b.cacheWrite5m,
    cacheWrite1h: a.cacheWrite1h + b.cacheWrite1h,
    cacheRead: a.cacheRead + b.cacheRead,
    output: a.output + b.output,
    thinking: a.thinking + b.thinking,
    webSearches: a.webSearches + b.webSearches,
  };
}
