import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { googleSecretName } from "../../../connectors/google-account/secret-names.ts";
import { type GoogleClient, makeClient, readClientFile } from "../../../connectors/google-account/sign-in-client.ts";
import { StewardError, toStewardError } from "../../core/errors.ts";
import type { Secrets } from "../../daemon/secrets/open-secrets.ts";
import type { CommandContext } from "../command-context.ts";
import type { KnownAccount } from "./known-accounts.ts";

/** A client, and the file it was read from, which the owner may delete afterwards. */
export interface ChosenClient {
  client: GoogleClient;
  path: string | null;
}

/**
 * The owner's OAuth client: the file that was named, else the one that this account, or another, was connected with, else
 * what a person answers. Errors: `usage` where nobody can be asked, `wrong_kind`, `not_found`.
 */
export async function chooseClient(
  context: CommandContext,
  secrets: Secrets,
  known: readonly KnownAccount[],
  wanted: { file: string | null; account: string | null },
): Promise<ChosenClient> {
  if (wanted.file !== null) return await readClient(wanted.file);
  const before = await clientOf(secrets, known, wanted.account);
  if (before !== null) return { client: before, path: null };
  if (!context.terminal.interactive) throw noClient(context);
  return await askClient(context);
}

async function readClient(path: string): Promise<ChosenClient> {
  try {
    return { client: readClientFile(await readFile(path, "utf8"), path), path };
  } catch (error) {
    throw toStewardError(error, `reading ${path}`);
  }
}

async function clientOf(
  secrets: Secrets,
  known: readonly KnownAccount[],
  account: string | null,
): Promise<GoogleClient | null> {
  const own = known.filter((one) => one.account === account);
  for (const { account: name, config } of [...own, ...known]) {
    if (config === null) continue;
    const clientSecret = await secrets.get(googleSecretName(name, "client_secret"));
    if (clientSecret !== null) return { clientId: config.clientId, clientSecret };
  }
  return null;
}

async function askClient(context: CommandContext): Promise<ChosenClient> {
  const ask = await context.loadAsk();
  const downloads = join(context.userHome, "Downloads");
  const answer = await ask.text("The client file you downloaded (client_secret_….json), or its client ID", {
    initial: (await newestClientFile(downloads)) ?? "",
    hint: join(downloads, "client_secret_….json"),
    check: (text) => (text.trim() === "" ? "docs/connect-google.md says how to get it, in about 25 clicks." : null),
  });
  const named = unquote(answer.trim());
  if (!/\.apps\.googleusercontent\.com$/.test(named)) return await readClient(expand(named, context.userHome));
  return { client: makeClient(named, await ask.secret("Its client secret")), path: null };
}

/** The newest `client_secret_….json` of a folder; null when there is none, or the folder may not be read. */
async function newestClientFile(folder: string): Promise<string | null> {
  const names = await readdir(folder).catch(() => []);
  const files = await Promise.all(
    names
      .filter((name) => /^client_secret_.*\.json$/.test(name))
      .map(async (name) => ({
        path: join(folder, name),
        at: (await stat(join(folder, name)).catch(() => null))?.mtimeMs ?? 0,
      })),
  );
  return files.sort((a, b) => b.at - a.at)[0]?.path ?? null;
}

/** A file dragged onto a terminal comes in quotes. */
function unquote(text: string): string {
  return /^(['"]).*\1$/.test(text) ? text.slice(1, -1) : text;
}

function expand(path: string, userHome: string): string {
  return path.startsWith("~/") ? join(userHome, path.slice(2)) : path;
}

function noClient(context: CommandContext): StewardError {
  return new StewardError("usage", "Google wants to know an OAuth client of your own first.", {
    cure: `docs/connect-google.md says how to make one (about 25 clicks); then: ${context.self} connect google --client FILE`,
  });
}
