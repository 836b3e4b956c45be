import type { GoogleAccountConfig, GoogleService } from "../../../connectors/google-account/account.ts";
import { grantedServices } from "../../../connectors/google-account/scopes.ts";
import { googleSecretName } from "../../../connectors/google-account/secret-names.ts";
import { type SignedIn, signIn } from "../../../connectors/google-account/sign-in.ts";
import { makeSignInCalls, type SignInCalls } from "../../../connectors/google-account/sign-in-calls.ts";
import { type DrivePlace, proveService } from "../../../connectors/google-account/sign-in-places.ts";
import { revokeToken, type SignInNet } from "../../../connectors/google-account/sign-in-token.ts";
import { StewardError } from "../../core/errors.ts";
import type { Source } from "../../store/sources.ts";
import type { CommandContext } from "../command-context.ts";
import { type OpenHome, withHome } from "../open-home.ts";
import { chooseClient } from "./choose-client.ts";
import { choosePlaces } from "./choose-places.ts";
import { connectedLines, missingLines, problemLines, scopeLines, signInLines } from "./connect-screen.ts";
import { type KnownAccount, listKnownAccounts } from "./known-accounts.ts";
import { learnAddress } from "./learn-address.ts";
import { readConnected } from "./read-connected.ts";
import { registerGoogle } from "./register-google.ts";

export interface ConnectOptions {
  /** The downloaded client file; null where it is known or asked. */
  clientFile: string | null;
  paste: boolean;
  /** The address that must sign in; null takes whichever is chosen. */
  account: string | null;
  driveFolder: string | null;
  contactsSheet: string | null;
  /** Stands for every Google host: an emulator on this machine. */
  baseUrl: string | null;
  read: boolean;
}

const answerWithinMs = 10 * 60_000;

/**
 * Connects a Google account: signs in, proves each service with a real call, keeps the tokens, registers what is to be read
 * and reads the newest of it.
 *
 * Contract: nothing is kept before a real call has succeeded; connecting an account again replaces its tokens and keeps its
 * sources. Errors: those of `signIn`, `locked` before anybody is sent to Google, `no_permission` when no service is left.
 */
export async function connectGoogle(context: CommandContext, options: ConnectOptions): Promise<void> {
  const signal = context.takeInterrupts();
  const net: SignInNet = { fetch: context.fetch, baseUrl: loopbackOnly(options.baseUrl), signal };
  await withHome(context, { create: true }, async (home) => {
    const secrets = await context.openSecrets(context.home);
    const known = await listKnownAccounts(home, secrets);
    const { client, path } = await chooseClient(context, secrets, known, {
      file: options.clientFile,
      account: options.account,
    });
    say(context, scopeLines(context));
    if (context.terminal.interactive && !options.paste && !(await confirmed(context))) return;
    const signedIn = await signIn({
      client,
      account: options.account,
      keep: known.map(({ account }) => account),
      net,
      show: (url, opened) => say(context, signInLines(context, url, { opened, paste: options.paste })),
      openBrowser: options.paste ? async () => false : context.openBrowser,
      paste: options.paste ? () => askPasted(context) : null,
      timeoutMs: answerWithinMs,
    });
    const calls = makeSignInCalls(net, signedIn.accessToken, context.clock);
    const proven = await proveAll(net, calls, signedIn, known);
    await secrets.set(googleSecretName(signedIn.account, "client_secret"), client.clientSecret);
    await secrets.set(googleSecretName(signedIn.account, "refresh_token"), signedIn.refreshToken);
    const config = {
      account: signedIn.account,
      clientId: client.clientId,
      scopes: signedIn.scopes,
      baseUrl: net.baseUrl,
    };
    await learnAddress(home, signedIn.account);
    const sources = await registerPlaces({ context, home, calls, options, config, proven, known });
    say(context, [
      ...connectedLines(context, signedIn.account, sources, await secrets.status(), path),
      ...missingLines(context, signedIn),
      ...problemLines(context, proven.problems),
    ]);
    if (options.read && sources.length > 0) await readConnected(context, home, sources, proven.messages, signal);
    else if (sources.length > 0) say(context, [`Next: ${context.self} sync`]);
    // After the reading, which sets the exit code too.
    if (proven.problems.length > 0 && !signal.aborted) context.endWith(1);
  });
}

interface Proven {
  services: GoogleService[];
  /** In the whole mailbox; null where Gmail is not read. */
  messages: number | null;
  /** Why a service that was granted cannot be read, or a place that was wanted. */
  problems: StewardError[];
}

/** Asks every granted service something real. Errors: the first refusal, when nothing is left to read. */
async function proveAll(
  net: SignInNet,
  calls: SignInCalls,
  signedIn: SignedIn,
  known: readonly KnownAccount[],
): Promise<Proven> {
  const proven: Proven = { services: [], messages: null, problems: [] };
  for (const service of grantedServices(signedIn.scopes)) {
    try {
      const { messages } = await proveService(calls, service);
      proven.services.push(service);
      if (messages !== null) proven.messages = messages;
    } catch (error) {
      if (!(error instanceof StewardError) || error.code === "interrupted") throw error;
      proven.problems.push(error);
    }
  }
  // The sheet cannot be found without Drive, so it is nothing by itself.
  if (proven.services.some((service) => service !== "sheets")) return proven;
  if (!known.some(({ account }) => account === signedIn.account)) await revokeToken(net, signedIn.refreshToken);
  const [first] = proven.problems;
  if (first !== undefined) throw first;
  throw new StewardError("no_permission", "Nothing was ticked on Google's page, so there is nothing to read.", {
    cure: "Connect again and tick what steward may read.",
  });
}

interface Registering {
  context: CommandContext;
  home: OpenHome;
  calls: SignInCalls;
  options: ConnectOptions;
  config: GoogleAccountConfig;
  proven: Proven;
  known: readonly KnownAccount[];
}

async function registerPlaces({
  context,
  home,
  calls,
  options,
  config,
  proven,
  known,
}: Registering): Promise<Source[]> {
  const before = known.find(({ account }) => account === config.account)?.sources ?? [];
  const places = await choosePlaces(context, calls, proven.services, {
    folder: { named: options.driveFolder, before: placeOf(before, "drive", "folderId") },
    sheet: { named: options.contactsSheet, before: placeOf(before, "contacts-sheet", "spreadsheetId") },
  });
  proven.problems.push(...places.problems);
  return await registerGoogle(context, home, config, proven.services, places);
}

/** The folder or sheet that is read already. Its name is only for the label, which a registered source keeps. */
function placeOf(sources: readonly Source[], connector: string, key: string): DrivePlace | null {
  const source = sources.find((one) => one.connector === connector);
  const id: unknown = source?.config[key];
  return source !== undefined && typeof id === "string" ? { id, name: source.label } : null;
}

/** Whether to open a browser now. */
export async function confirmed(context: CommandContext): Promise<boolean> {
  const ask = await context.loadAsk();
  return await ask.yes("Open Google's page in your browser?", true);
}

/** The address a browser elsewhere ended at. Errors: `usage` where nobody can type. */
export async function askPasted(context: CommandContext): Promise<string> {
  if (!context.terminal.interactive) {
    throw new StewardError("usage", "With --paste somebody has to paste, so it needs a terminal.");
  }
  const ask = await context.loadAsk();
  return await ask.text("The address the browser ended at (or the code in it)", { initial: "" });
}

/** What stands for Google gets the client secret and the codes: it can only be a program on this machine. */
function loopbackOnly(baseUrl: string | null): string | null {
  if (baseUrl === null) return null;
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : null;
  if (url?.protocol === "http:" && ["127.0.0.1", "localhost", "[::1]"].includes(url.hostname)) return url.origin;
  throw new StewardError("usage", "--base-url names an emulator on this computer, such as http://127.0.0.1:4000.");
}

function say(context: CommandContext, lines: readonly string[]): void {
  for (const line of lines) context.terminal.out(`${line}\n`);
}
