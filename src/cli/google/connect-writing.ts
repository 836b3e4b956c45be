import { type GoogleService, googleServices } from "../../../connectors/google-account/account.ts";
import { googleSecretName } from "../../../connectors/google-account/secret-names.ts";
import { type SignedIn, signIn } from "../../../connectors/google-account/sign-in.ts";
import { makeSignInCalls } from "../../../connectors/google-account/sign-in-calls.ts";
import { proveWriting } from "../../../connectors/google-account/sign-in-places.ts";
import type { SignInNet } from "../../../connectors/google-account/sign-in-token.ts";
import { scopesToAsk, writableServices, writeScopes } from "../../../connectors/google-account/write-scopes.ts";
import { StewardError } from "../../core/errors.ts";
import type { Secrets } from "../../daemon/secrets/open-secrets.ts";
import type { CommandContext } from "../command-context.ts";
import { withHome } from "../open-home.ts";
import { askPasted, confirmed } from "./connect-google.ts";
import { problemLines, signInLines, writeScopeLines, writingLines } from "./connect-screen.ts";
import { type KnownAccount, listKnownAccounts, pickAccount } from "./known-accounts.ts";

export interface ConnectWritingOptions {
  /** Empty: those that are read. */
  services: readonly GoogleService[];
  account: string | null;
  paste: boolean;
}

const answerWithinMs = 10 * 60_000;
const servicesOfConnectors: Record<string, GoogleService> = {
  gmail: "gmail",
  calendar: "calendar",
  drive: "drive",
  "contacts-sheet": "sheets",
};

/**
 * Asks Google for the right to change things in an account that is read already: by a consent of its own, for these services
 * and those that were granted before, kept apart from the token that reads.
 *
 * Contract: nothing is kept before a real call has succeeded; what was granted before stays good until then. Errors: those of
 * `signIn`, `not_found` and `usage` for the account, `no_permission` when nothing was ticked.
 */
export async function connectWriting(context: CommandContext, options: ConnectWritingOptions): Promise<void> {
  const signal = context.takeInterrupts();
  await withHome(context, { create: false }, async (home) => {
    const secrets = await context.openSecrets(context.home);
    const known = await listKnownAccounts(home, secrets);
    const account = pickAccount(context, known, options.account, "connect google --write");
    const client = await clientOf(context, secrets, account);
    const net: SignInNet = { fetch: context.fetch, baseUrl: account.config?.baseUrl ?? null, signal };
    const asked = scopesToAsk(await servicesToAsk(secrets, account, options.services));
    say(context, writeScopeLines(context, account.account, asked));
    if (context.terminal.interactive && !options.paste && !(await confirmed(context))) return;
    const signedIn = await signIn({
      client,
      asked,
      account: account.account,
      keep: known.map((one) => one.account),
      net,
      show: (url, opened) => say(context, signInLines(context, url, { opened, paste: options.paste })),
      openBrowser: options.paste ? async () => false : context.openBrowser,
      paste: options.paste ? () => askPasted(context) : null,
      timeoutMs: answerWithinMs,
    });
    const { proven, problems } = await proveAll(context, net, signedIn);
    await secrets.set(googleSecretName(account.account, "write_scopes"), signedIn.scopes.join(" "));
    await secrets.set(googleSecretName(account.account, "write_refresh_token"), signedIn.refreshToken);
    const may = asked.filter(({ service }) => service !== null && proven.includes(service));
    const granted = writableServices(signedIn.scopes);
    const missing = asked.filter(({ service }) => service !== null && !granted.includes(service));
    say(context, [...writingLines(context, account.account, { may, missing }), ...problemLines(context, problems)]);
    if (problems.length > 0) context.endWith(1);
  });
}

async function clientOf(
  context: CommandContext,
  secrets: Secrets,
  { account, config }: KnownAccount,
): Promise<{ clientId: string; clientSecret: string }> {
  const clientSecret = await secrets.get(googleSecretName(account, "client_secret"));
  if (config !== null && clientSecret !== null) return { clientId: config.clientId, clientSecret };
  throw new StewardError("not_found", `${account} is not connected for reading.`, {
    cure: `${context.self} connect google --account ${account}`,
  });
}

/** A new consent replaces the old one: what was granted before is asked for again. In the order Google lists them. */
async function servicesToAsk(
  secrets: Secrets,
  { account, sources }: KnownAccount,
  wanted: readonly GoogleService[],
): Promise<GoogleService[]> {
  const before = writableServices((await secrets.get(googleSecretName(account, "write_scopes")))?.split(" ") ?? []);
  const read = sources.flatMap(({ connector }) => servicesOfConnectors[connector] ?? []);
  const all = new Set([...before, ...(wanted.length > 0 ? wanted : read)]);
  return googleServices.filter((service) => all.has(service));
}

/** Asks every granted service something real. Errors: the first refusal, when no service is left; nothing is kept then. */
async function proveAll(
  context: CommandContext,
  net: SignInNet,
  signedIn: SignedIn,
): Promise<{ proven: GoogleService[]; problems: StewardError[] }> {
  const calls = makeSignInCalls(net, signedIn.accessToken, context.clock);
  const proven: GoogleService[] = [];
  const problems: StewardError[] = [];
  for (const service of writableServices(signedIn.scopes)) {
    try {
      await proveWriting(calls, service);
      proven.push(service);
    } catch (error) {
      if (!(error instanceof StewardError) || error.code === "interrupted") throw error;
      problems.push(error);
    }
  }
  if (proven.length > 0) return { proven, problems };
  throw (
    problems[0] ??
    new StewardError("no_permission", "Nothing was ticked on Google's page, so steward may change nothing.", {
      cure: "Run it again and tick what steward may do. Reading goes on as before.",
    })
  );
}

/** Errors: `usage` for a service that cannot be written. */
export function readServices(names: readonly string[]): GoogleService[] {
  return names.map((name) => {
    const found = writeScopes.find(({ service }) => service === name.toLowerCase());
    if (found !== undefined) return found.service;
    throw new StewardError("usage", `${name} is no service of Google's that steward writes to.`, {
      cure: `Name some of: ${writeScopes.map(({ service }) => service).join(", ")}.`,
    });
  });
}

function say(context: CommandContext, lines: readonly string[]): void {
  for (const line of lines) context.terminal.out(`${line}\n`);
}
