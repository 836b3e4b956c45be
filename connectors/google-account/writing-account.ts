import type { ZodType } from "zod";
import { StewardError } from "../../src/core/errors.ts";
import type { GoogleService } from "./account.ts";

/** One request to Google. `url` is Google's own address; where an emulator stands for Google it is moved there. */
export interface AccountRequest {
  service: GoogleService;
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  url: string;
  /** Without the authorisation. */
  headers?: Record<string, string>;
  /** Text or bytes, so that the boundary can read it. */
  body?: string | Uint8Array;
  signal: AbortSignal;
  /** Statuses outside of 200 to 299 that are answers too. Default none. */
  accept?: readonly number[];
}

export interface AccountAnswer {
  status: number;
  headers: Headers;
  body: Uint8Array;
}

/**
 * An account as the door holds it: by the token of the owner's second consent, through the `fetch` that the door handed in.
 *
 * Contract: `send` sends once and never again, whatever comes. Errors: `isDefinitive` ones when nothing happened
 * (`needs_reauth`, `no_permission`, `rate_limited` with `retryAfterMs`, `not_found`, `gone`, `moved` for 409 and 412, `usage`
 * for every other 4xx); `unavailable` when nobody can tell (a cut connection, 5xx, too slow); `interrupted`.
 */
export interface WritingAccount {
  email: string;
  send(request: AccountRequest): Promise<AccountAnswer>;
}

/**
 * The JSON of an answer. Errors: `unavailable` for what cannot be understood: after a request that changes something, whether
 * it did is not known.
 */
export function readJson<T>(answer: AccountAnswer, schema: ZodType<T>): T {
  const parsed = schema.safeParse(parse(answer.body));
  if (parsed.success) return parsed.data;
  throw new StewardError("unavailable", "Google gave an answer that cannot be understood.");
}

function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    // Half an answer, or a proxy's page: the schema refuses it.
    return undefined;
  }
}
