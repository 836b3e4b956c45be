import type { OAuth2Client } from "google-auth-library";
import { z } from "zod";

/**
 * One Google account as its sources store it. `baseUrl` stands for every Google host (null is the real ones), so that an
 * emulator needs no code path. The client secret and the refresh token are secrets, never config.
 */
export const googleAccountConfig = z.strictObject({
  /** The account's address, lower case. */
  account: z.string(),
  clientId: z.string(),
  /** What the owner granted, as full scope URLs. */
  scopes: z.array(z.string()),
  baseUrl: z.url().nullable().default(null),
});
export type GoogleAccountConfig = z.output<typeof googleAccountConfig>;

export const googleServices = ["gmail", "drive", "calendar", "sheets"] as const;
export type GoogleService = (typeof googleServices)[number];

/** What a call costs in the service's own quota units. */
export interface CallCost {
  service: GoogleService;
  units: number;
}

/**
 * A signed-in account, shared by its connectors: one token, one quota bucket a service, at most four calls in flight.
 *
 * Contract: `call` waits for its units, runs `send` with retries of its own (429, 403 rate limits, 5xx, dropped connections,
 * unreadable answers; Retry-After and Gmail's ISO time honoured) and returns `data`. Only calls that read may be given to it.
 * A `send` that throws `AskAgain`, a zod error or `unavailable` is tried again, too; a cost that is a function is asked before
 * each try.
 * Errors: `needs_reauth` (never asked again by this account until it is opened anew), `rate_limited` with `retryAfterMs`,
 * `no_permission` (a scope that was not granted), `not_found`, `gone` (410, or Gmail's 404 of a history id), `unavailable`,
 * `interrupted`.
 */
export interface GoogleAccount {
  email: string;
  scopes: readonly string[];
  /** For the constructors of the `@googleapis/*` clients. */
  auth: OAuth2Client;
  /** Every `@googleapis/*` constructor and call takes it: the emulator's address or nothing. */
  rootUrl: { rootUrl?: string };
  call<T>(
    cost: CallCost | (() => CallCost),
    signal: AbortSignal,
    send: (options: { signal: AbortSignal; retry: false }) => Promise<{ data: T }>,
  ): Promise<T>;
  /** Requests and quota units since it was opened, of each service; for `status` and the bench. */
  usage(): Record<GoogleService, { requests: number; units: number }>;
}
