import { sha256Hex } from "../../src/core/canonical.ts";

/** The same for every attempt at one approved revision, and for nothing else: 32 characters of `[a-f0-9]`. */
export function idempotencyKey(cardId: string, revision: number, sha256: string): string {
  return sha256Hex(`${cardId} ${revision} ${sha256}`).slice(0, 32);
}
