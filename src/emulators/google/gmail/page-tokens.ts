import { createHash } from "node:crypto";
import { badRequest } from "../google-error.ts";
import type { SharedWorld } from "../service.ts";

/** Tokens of one list: each names a place in it. */
export interface PageTokens {
  make(at: number): string;
  /** Null without a token. Errors: 400 for one of another list, and for one that is too old. */
  read(token: string | undefined): number | null;
}

/**
 * Page tokens hold for the request they were given for (`request` is everything but the page), and only so long as
 * `gmail.pageTokenLifeMs` says; without that setting for ever.
 */
export function pageTokens(shared: SharedWorld, request: string): PageTokens {
  const mark = createHash("sha256").update(request).digest("hex").slice(0, 8);
  return {
    make: (at) => `p${at}-${shared.clock.now()}-${mark}`,
    read: (token) => {
      if (token === undefined) return null;
      const [, at, issuedAt, of] = /^p(-?\d+)-(\d+)-(\w+)$/.exec(token) ?? [];
      const life = shared.settings.get("gmail.pageTokenLifeMs") ?? Number.POSITIVE_INFINITY;
      if (of !== mark || shared.clock.now() - Number(issuedAt) > life) throw badRequest("Invalid pageToken");
      return Number(at);
    },
  };
}

/** Cuts a page out of a list. What disappears from the list between two pages shifts what comes after it. */
export function pageOf<T>(
  items: readonly T[],
  token: string | undefined,
  size: number,
  tokens: PageTokens,
): { items: T[]; nextPageToken?: string } {
  const at = tokens.read(token) ?? 0;
  const page = items.slice(at, at + size);
  const more = at + page.length < items.length;
  return { items: page, ...(more ? { nextPageToken: tokens.make(at + page.length) } : {}) };
}
