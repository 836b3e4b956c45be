import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { recognisePath } from "../../../connectors/files/recognise.ts";
import { googleSecretName } from "../../../connectors/google-account/secret-names.ts";
import { writeScopes } from "../../../connectors/google-account/write-scopes.ts";
import type { Secrets } from "../../daemon/secrets/open-secrets.ts";
import { lifeFolder } from "../../emulators/google/drive/seed-drive.ts";
import { createGoogleWorld, type GoogleWorld } from "../../emulators/google/google-world.ts";
import { grantDirectly } from "../../emulators/google/oauth/mount-oauth.ts";
import { createWorldClock } from "../../emulators/google/world-clock.ts";
import { renderContacts } from "../../emulators/world/contacts.ts";
import { loadWorld } from "../../emulators/world/load.ts";
import { writeWorld } from "../../emulators/world/render.ts";
import type { World } from "../../emulators/world/schema.ts";
import { listSources } from "../../store/sources.ts";
import { afterReading } from "../after-reading.ts";
import type { CommandContext } from "../command-context.ts";
import { registerGoogle } from "../google/register-google.ts";
import { createHome, type OpenHome, withHome } from "../open-home.ts";
import { readSources } from "../read-sources.ts";
import { registerFound } from "../register-found.ts";
import { configOf } from "./eval-life.ts";

/** Nothing listens there: requests to it are answered in this process. */
const googleUrl = "http://127.0.0.1:1";

/**
 * The demo life as `npm run demo` has it, in a home that is thrown away: mail, calendar and Drive from an emulated Google in this process,
 * which may be written to, and her chats from their exports. Contract: touches nothing else, reaches no network of its own.
 */
export async function withStoryLife<T>(
  outer: CommandContext,
  work: (context: CommandContext, google: GoogleWorld) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "steward-stories-"));
  try {
    const world = loadWorld(join(outer.checkout, "data", "demo"));
    const owner = world.people[world.persona.owner];
    const [account, name] = [owner?.email ?? "", owner?.name ?? ""];
    const clock = createWorldClock(() => outer.clock.now());
    const google = createGoogleWorld({ accounts: [{ address: account, name }], clock, world });
    const context = contextOf(outer, join(folder, "home"), google);
    await createHome(context, configOf(world));
    await writeFile(join(context.home, "contacts.csv"), renderContacts(world));
    await withHome(context, { create: false }, async (home) => {
      await connect(context, home, google, account);
      await importChats(context, home, world, join(folder, "exports"));
      const options = { signal: new AbortController().signal, recentDays: null, quiet: true };
      const outcomes = await readSources(context, home, await listSources(home.store), options);
      const failed = outcomes.find(({ error }) => error !== null)?.error;
      if (failed != null) throw failed;
      await afterReading(context, home, outcomes, { quiet: true });
    });
    return await work(context, google);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function contextOf(outer: CommandContext, home: string, google: GoogleWorld): CommandContext {
  const secrets = inMemory();
  let made = 0;
  return {
    ...outer,
    home,
    // The same each time: what a request holds of them counts as tokens.
    newId: () => {
      made += 1;
      return `story-${String(made).padStart(8, "0")}`;
    },
    terminal: { ...outer.terminal, interactive: false, out: () => undefined, err: () => undefined },
    openSecrets: async () => secrets,
    fetch: async (input, init) => {
      const url = input instanceof Request ? input.url : String(input);
      return await (url.startsWith(`${googleUrl}/`) ? google.fetch : outer.fetch)(input, init);
    },
  };
}

/** Signed in to read and to write; only the owner's hand on the page is left out. */
async function connect(context: CommandContext, home: OpenHome, google: GoogleWorld, account: string): Promise<void> {
  const nowMs = context.clock.now();
  const scopes = ["gmail", "drive", "calendar"].map((one) => `https://www.googleapis.com/auth/${one}.readonly`);
  const writing = writeScopes.map(({ scope }) => scope);
  const granted = grantDirectly(google.oauth(), { account, scopes }, nowMs);
  const { refreshToken } = grantDirectly(google.oauth(), { account, scopes: writing }, nowMs);
  const secrets = await context.openSecrets(context.home);
  await secrets.set(googleSecretName(account, "client_secret"), granted.clientSecret);
  await secrets.set(googleSecretName(account, "refresh_token"), granted.refreshToken);
  await secrets.set(googleSecretName(account, "write_refresh_token"), refreshToken);
  await secrets.set(googleSecretName(account, "write_scopes"), writing.join(" "));
  const files = [...google.state("drive", account).files.values()];
  const folder = files.find(({ name }) => name === lifeFolder);
  const config = { account, clientId: granted.clientId, scopes, baseUrl: googleUrl };
  const places = {
    sheet: null,
    problems: [],
    folder: folder === undefined ? null : { id: folder.id, name: folder.name },
  };
  await registerGoogle(context, home, config, ["calendar", "drive", "gmail"], places);
}

async function importChats(context: CommandContext, home: OpenHome, world: World, exports: string): Promise<void> {
  writeWorld(world, exports, { nowMs: context.clock.now(), only: ["WhatsApp", "Telegram"] });
  const chats = (await readdir(join(exports, "WhatsApp"))).sort().map((one) => join("WhatsApp", one));
  for (const one of [...chats, "Telegram"]) {
    await registerFound(context, home, (await recognisePath(join(exports, one))).found, { keep: false });
  }
}

/** A home that is thrown away leaves nothing in a keychain. */
function inMemory(): Secrets {
  const kept = new Map<string, string>();
  return {
    get: async (name) => kept.get(name) ?? null,
    list: async () => [...kept.keys()],
    set: async (name, value) => void kept.set(name, value),
    delete: async (name) => kept.delete(name),
    status: async () => ({ kind: null, key: null, trouble: null }),
    rotate: async () => undefined,
    wipe: async () => kept.clear(),
  };
}
