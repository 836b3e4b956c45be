import type { OAuth2Client } from "google-auth-library";
import type { ConnectorDeps } from "../../src/core/connector.ts";
import { StewardError } from "../../src/core/errors.ts";
import { createAccessToken, needsSignIn } from "./access-token.ts";
import type { GoogleAccount, GoogleAccountConfig, GoogleService } from "./account.ts";
import { createCallGate } from "./call-gate.ts";
import { type Caller, callGoogle } from "./call-google.ts";
import { readOnlyFetch } from "./read-only-fetch.ts";
import { googleSecretName } from "./secret-names.ts";
import { createTokenBucket } from "./token-bucket.ts";

/** The signed-in accounts of one process: one for each address, shared by its connectors. */
export interface GoogleAccounts {
  /**
   * The account of a config; opened once, and anew when the owner has signed in again.
   * Errors: `needs_reauth` when there is no refresh token, `locked`.
   */
  open(config: GoogleAccountConfig, deps: ConnectorDeps): Promise<GoogleAccount>;
}

export interface AccountsOptions {
  /** Units that may be spent a minute; null lifts the limit (an emulator under measurement). */
  unitsPerMinute?: Partial<Record<GoogleService, number | null>>;
  /** 0..1, spreads waits. Default Math.random. */
  random?(): number;
  /** Tries of one call, the first included. Default 8: a little more than two minutes of waiting. */
  mostTries?: number;
  /** A pause that Google asks for is waited out up to this long; a longer one is `rate_limited`. Default two minutes. */
  patienceMs?: number;
  /** Of one request. Default 90 s. */
  timeoutMs?: number;
}

/**
 * Three quarters of what Google allows a user of a new project each minute, so that the owner's own programs and what is sent
 * find room. Sources: https://developers.google.com/workspace/gmail/api/reference/quota (6,000 units),
 * https://developers.google.com/workspace/drive/api/guides/limits (325,000 units),
 * https://developers.google.com/workspace/calendar/api/guides/quota (600 requests),
 * https://developers.google.com/workspace/sheets/api/limits (60 reads)
 */
export const defaultUnitsPerMinute: Record<GoogleService, number> = {
  gmail: 4500,
  drive: 240_000,
  calendar: 450,
  sheets: 45,
};

/** Each address has at most this many calls in flight. Source: Gmail's "Too many concurrent requests for user". */
const mostInFlight = 4;
const tokenUrl = "https://oauth2.googleapis.com/token";

/** Makes the accounts of one process. Contract: no state outside of what is returned. */
export function openGoogleAccounts(options: AccountsOptions = {}): GoogleAccounts {
  const opened = new Map<string, { key: string; account: Promise<GoogleAccount> }>();
  return {
    open: async (config, deps) => {
      const name = `${config.account} ${config.clientId} ${config.baseUrl}`;
      const secrets = await readSecrets(config, deps);
      const key = JSON.stringify([secrets, config.scopes]);
      const known = opened.get(name);
      if (known?.key === key) return await known.account;
      const account = makeAccount(config, deps, secrets, options);
      opened.set(name, { key, account });
      return await account;
    },
  };
}

interface Secrets {
  refreshToken: string;
  clientSecret: string;
}

async function readSecrets({ account }: GoogleAccountConfig, deps: ConnectorDeps): Promise<Secrets> {
  const refreshToken = await deps.secret(googleSecretName(account, "refresh_token"));
  const clientSecret = await deps.secret(googleSecretName(account, "client_secret"));
  if (refreshToken === null || clientSecret === null) throw needsSignIn(account);
  return { refreshToken, clientSecret };
}

async function makeAccount(
  config: GoogleAccountConfig,
  deps: ConnectorDeps,
  secrets: Secrets,
  options: AccountsOptions,
): Promise<GoogleAccount> {
  const { clock } = deps;
  const timeoutMs = options.timeoutMs ?? 90_000;
  const reading = readOnlyFetch(deps.fetch, config.baseUrl);
  const auth = await makeAuth(reading);
  const token = createAccessToken({
    fetch: reading,
    clock,
    url: tokenUrl,
    email: config.account,
    clientId: config.clientId,
    ...secrets,
    timeoutMs,
  });
  const limits = { ...defaultUnitsPerMinute, ...options.unitsPerMinute };
  const perService = <T>(make: (service: GoogleService) => T): Record<GoogleService, T> => ({
    gmail: make("gmail"),
    drive: make("drive"),
    calendar: make("calendar"),
    sheets: make("sheets"),
  });
  const caller: Caller = {
    email: config.account,
    auth,
    token,
    clock,
    log: deps.log,
    gate: createCallGate({ clock, mostInFlight, patienceMs: options.patienceMs ?? 120_000 }),
    buckets: perService((service) => createTokenBucket(clock, limits[service])),
    usage: perService(() => ({ requests: 0, units: 0 })),
    random: options.random ?? Math.random,
    mostTries: options.mostTries ?? 8,
    timeoutMs,
  };
  return {
    email: config.account,
    scopes: config.scopes,
    auth,
    rootUrl: config.baseUrl === null ? {} : { rootUrl: new URL("/", config.baseUrl).href },
    call: (cost, signal, send) => callGoogle(caller, cost, signal, send),
    usage: () => structuredClone(caller.usage),
  };
}

/**
 * The library's client is given access tokens only, with an end that never comes: it neither refreshes nor sends a request a
 * second time by itself, as it does without an end. Where it would ask for a token by itself, it fails.
 */
async function makeAuth(reading: typeof fetch): Promise<OAuth2Client> {
  const { OAuth2Client } = await import("google-auth-library");
  const auth = new OAuth2Client({
    transporterOptions: { fetchImplementation: reading, retry: false },
    useAuthRequestParameters: false,
  });
  auth.refreshHandler = async () => {
    throw new StewardError("internal", "A Google client was used outside of its account's call.");
  };
  return auth;
}
