import { createHash } from "node:crypto";
import { findModel } from "./catalogue.ts";
import { countBlock, countText } from "./count-tokens.ts";
import { type Block, type MessagesRequest, toBlocks } from "./messages-api.ts";

/** How many blocks before a mark are looked at for something that was kept. Source: prompt caching page. */
const lookBack = 20;
const defaultMinPrefix = 1024;
const lifeMs = { "5m": 300_000, "1h": 3_600_000 } as const;
type Ttl = keyof typeof lifeMs;

/** The prompt's tokens by what became of them. */
export interface CachedPrompt {
  input: number;
  cacheRead: number;
  cacheWrite5m: number;
  cacheWrite1h: number;
  /** Keeps what was written and refreshes what was read: called when the reply begins, not before. */
  keep(): void;
}

export interface PrefixCache {
  measure(request: MessagesRequest): CachedPrompt;
  clear(): void;
}

interface Piece {
  tokens: number;
  key: string;
  mark: Ttl | null;
}

/**
 * The service's prefix cache: tools, then system, then messages, byte for byte; kept at marks, read at the longest one that
 * is still alive, each read refreshing it.
 */
export function createPrefixCache(now: () => number): PrefixCache {
  const kept = new Map<string, { untilMs: number; ttl: Ttl }>();
  return {
    measure: (request) => {
      const pieces = cutPieces(request);
      const total = pieces.reduce((sum, { tokens }) => sum + tokens, 0);
      const floor = findModel(request.model)?.minPrefix ?? defaultMinPrefix;
      const marks = pieces.flatMap(({ mark }, at) => (mark !== null && tokensTo(pieces, at) >= floor ? [at] : []));
      const readAt = findRead(pieces, marks, (key) => (kept.get(key)?.untilMs ?? 0) > now());
      const cacheRead = readAt === null ? 0 : tokensTo(pieces, readAt);
      const writes = marks.filter((at) => readAt === null || at > readAt);
      const written = { "5m": 0, "1h": 0 };
      let from = cacheRead;
      for (const at of writes) {
        written[pieces[at]?.mark ?? "5m"] += tokensTo(pieces, at) - from;
        from = tokensTo(pieces, at);
      }
      return {
        input: total - from,
        cacheRead,
        cacheWrite5m: written["5m"],
        cacheWrite1h: written["1h"],
        keep: () => {
          const known = readAt === null ? undefined : kept.get(pieces[readAt]?.key ?? "");
          if (known !== undefined) known.untilMs = now() + lifeMs[known.ttl];
          for (const at of writes) {
            const { key = "", mark } = pieces[at] ?? {};
            const ttl = mark ?? "5m";
            kept.set(key, { untilMs: now() + lifeMs[ttl], ttl });
          }
        },
      };
    },
    clear: () => kept.clear(),
  };
}

function tokensTo(pieces: readonly Piece[], at: number): number {
  return pieces.slice(0, at + 1).reduce((sum, { tokens }) => sum + tokens, 0);
}

function findRead(
  pieces: readonly Piece[],
  marks: readonly number[],
  isAlive: (key: string) => boolean,
): number | null {
  for (const mark of marks.toReversed()) {
    for (let at = mark; at > mark - lookBack && at >= 0; at -= 1) {
      if (isAlive(pieces[at]?.key ?? "")) return at;
    }
  }
  return null;
}

function cutPieces(request: MessagesRequest): Piece[] {
  const hash = createHash("sha256").update(JSON.stringify([request.model, request.output_config?.format ?? null]));
  const pieces: Piece[] = [];
  const add = (kind: string, value: Record<string, unknown>, tokens: number): void => {
    const { cache_control, ...rest } = value;
    hash.update(`${kind}${JSON.stringify(rest)}\n`);
    pieces.push({ tokens, key: hash.copy().digest("hex"), mark: toTtl(cache_control) });
  };
  for (const tool of request.tools ?? []) add("tool", tool, countText(JSON.stringify(tool)));
  for (const block of toBlocks(request.system)) add("system", block, countBlock(block));
  // A change of these spoils what was kept of the messages only.
  hash.update(JSON.stringify([request.tool_choice ?? null, request.thinking ?? null]));
  for (const { role, content } of request.messages) {
    for (const block of toBlocks(content)) add(role, block, countBlock(block));
  }
  return markLast(pieces, request, lastCacheable(request));
}

function lastCacheable(request: MessagesRequest): boolean {
  const last: Block | undefined = toBlocks(request.messages.at(-1)?.content).at(-1);
  return last?.type !== "thinking" && last?.type !== "redacted_thinking";
}

function markLast(pieces: Piece[], { cache_control }: MessagesRequest, canMark: boolean): Piece[] {
  const ttl = toTtl(cache_control);
  if (ttl === null || !canMark) return pieces;
  return pieces.map((piece, at) => (at === pieces.length - 1 ? { ...piece, mark: piece.mark ?? ttl } : piece));
}

function toTtl(mark: unknown): Ttl | null {
  if (typeof mark !== "object" || mark === null) return null;
  return "ttl" in mark && mark.ttl === "1h" ? "1h" : "5m";
}
