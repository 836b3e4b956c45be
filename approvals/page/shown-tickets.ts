import { createHmac, timingSafeEqual } from "node:crypto";
import type { CardSeen } from "../door.ts";

/** Which page a decision comes from: the card as it opens, or the second page that shows everything before its button. */
export type ShownOn = "card" | "confirm";

export interface ShownTickets {
  /** Seals when and where these revisions were shown to this session. */
  issue(session: string, seen: readonly CardSeen[], on: ShownOn, nowMs: number): string;
  /** What was sealed; null when it is of another session, of other cards, or not ours. */
  read(ticket: string, session: string, seen: readonly CardSeen[]): { on: ShownOn; shownMs: number } | null;
}

/**
 * Makes tickets: how the server knows how long ago a card was shown without keeping that anywhere. Contract: a ticket is no
 * approval and opens nothing; `key` is random bytes of this process, so that a restart asks to look again.
 */
export function makeShownTickets(key: Uint8Array): ShownTickets {
  const seal = (session: string, seen: readonly CardSeen[], head: string): string =>
    createHmac("sha256", key)
      .update(JSON.stringify([session, head, seen.map(({ cardId, revision, sha256 }) => [cardId, revision, sha256])]))
      .digest("base64url");
  return {
    issue: (session, seen, on, nowMs) => `${on}.${nowMs}.${seal(session, seen, `${on}.${nowMs}`)}`,
    read: (ticket, session, seen) => {
      const [, on, shownMs, sealed = ""] = /^(card|confirm)\.(\d{1,16})\.([\w-]{43})$/.exec(ticket) ?? [];
      if (on === undefined) return null;
      const expected = Buffer.from(seal(session, seen, `${on}.${shownMs}`));
      if (!timingSafeEqual(expected, Buffer.from(sealed))) return null;
      return { on: on === "confirm" ? "confirm" : "card", shownMs: Number(shownMs) };
    },
  };
}
