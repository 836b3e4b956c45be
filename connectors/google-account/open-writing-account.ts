import type { ConnectorDeps } from "../../src/core/connector.ts";
import { StewardError } from "../../src/core/errors.ts";
import { createAccessToken } from "./access-token.ts";
import type { GoogleAccountConfig } from "./account.ts";
import { AskAgain } from "./ask-again.ts";
import { toGooglePlace } from "./read-only-fetch.ts";
import { googleSecretName } from "./secret-names.ts";
import { apiNames } from "./sign-in-calls.ts";
import { needsWriteSignIn, readWriteFailure } from "./write-failure.ts";
import type { AccountAnswer, AccountRequest, WritingAccount } from "./writing-account.ts";

export interface WritingOptions {
  /** Of one request, its answer included. Default 60 s. */
  timeoutMs?: number;
}

const tokenUrl = "https://oauth2.googleapis.com/token";

/**
 * Opens an account for the door. The guard is `deps.fetch`: for looking it lets nothing out that changes something, for
 * acting only what was approved. Contract: asks for the secrets, not for the network.
 * Errors: `needs_reauth` when the owner has not given the right to change things.
 */
export async function openWritingAccount(
  config: GoogleAccountConfig,
  deps: Pick<ConnectorDeps, "fetch" | "clock" | "secret">,
  { timeoutMs = 60_000 }: WritingOptions = {},
): Promise<WritingAccount> {
  const { account: email, baseUrl } = config;
  const refreshToken = await deps.secret(googleSecretName(email, "write_refresh_token"));
  const clientSecret = await deps.secret(googleSecretName(email, "client_secret"));
  if (refreshToken === null || clientSecret === null) throw needsWriteSignIn(email);
  const moved: typeof fetch = async (input, init) => {
    const url = toGooglePlace(new URL(input instanceof Request ? input.url : input), baseUrl);
    return await deps.fetch(url.href, { ...init, redirect: "error" });
  };
  const token = createAccessToken({
    fetch: moved,
    clock: deps.clock,
    url: tokenUrl,
    email,
    clientId: config.clientId,
    clientSecret,
    refreshToken,
    timeoutMs,
    refused: needsWriteSignIn,
  });
  return {
    email,
    send: async (request) => {
      const accessToken = await token.get().catch(asUnavailable);
      const answer = await sendOnce(moved, request, accessToken, timeoutMs);
      const { status } = answer;
      if ((status >= 200 && status < 300) || request.accept?.includes(status) === true) return answer;
      if (status === 401) token.refused(accessToken);
      const { service, signal } = request;
      throw readWriteFailure(answer, { service, email, nowMs: deps.clock.now(), signal });
    },
  };
}

/** Without a token nothing was sent, but an account that cannot be asked now cannot be asked what happened either. */
function asUnavailable(error: unknown): never {
  if (error instanceof AskAgain) throw new StewardError("unavailable", `Google ${error.message}.`);
  throw error;
}

async function sendOnce(
  fetch: typeof globalThis.fetch,
  { service, method, url, headers, body, signal }: AccountRequest,
  accessToken: string,
  timeoutMs: number,
): Promise<AccountAnswer> {
  if (signal.aborted) throw new StewardError("interrupted", "Stopped.");
  try {
    const response = await fetch(url, {
      method,
      headers: { ...headers, authorization: `Bearer ${accessToken}` },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : new Uint8Array(body) }),
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
    const bytes = new Uint8Array(await response.arrayBuffer());
    return { status: response.status, headers: response.headers, body: bytes };
  } catch (error) {
    if (error instanceof StewardError) throw error;
    if (signal.aborted) throw new StewardError("interrupted", "Stopped.");
    // The cause may hold the request with its token.
    throw new StewardError("unavailable", `${apiNames[service].title} does not answer.`);
  }
}
