import { copyFile, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type FoundSource, recognisePath } from "../../connectors/files/recognise.ts";
import { toInstant } from "../core/clock.ts";
import { configSchema } from "../core/config.ts";
import { StewardError, toStewardError } from "../core/errors.ts";
import { loadWorld } from "../emulators/world/load.ts";
import { worldLastReadAt, writeWorld } from "../emulators/world/render.ts";
import { saveDigest } from "../store/digests.ts";
import { afterReading } from "./after-reading.ts";
import type { CommandContext } from "./command-context.ts";
import { createHome, withHome } from "./open-home.ts";
import { printDigest } from "./print-digest.ts";
import { readSources } from "./read-sources.ts";
import { registerFound } from "./register-found.ts";
import { makePaint } from "./render/paint.ts";
import { plural } from "./render/plural.ts";
import { wrap } from "./render/width.ts";

/**
 * The main job on an invented life: writes its exports, makes a home for its owner in `.demo/`, imports, shows the digest and
 * says what to try. Contract: begins from nothing each time, touches nothing outside `.demo/`, refuses to run twice at once.
 */
export async function runDemo(outer: CommandContext): Promise<void> {
  const folder = join(outer.checkout, ".demo");
  const self = outer.self.endsWith("--demo") ? outer.self : `${outer.self} --demo`;
  const context: CommandContext = { ...outer, home: folder, self };
  const { terminal, clock } = context;
  const paint = makePaint(terminal.colour);
  const say = (text: string): void => {
    for (const line of wrap(text, Math.min(terminal.columns, 78))) terminal.out(`${line}\n`);
  };
  const signal = context.takeInterrupts();
  say("This is an invented life: everybody in it is invented, and nothing leaves this machine.");
  terminal.out("\n");
  await claimFolder(folder);
  const nowMs = clock.now();
  const world = loadWorld(join(context.checkout, "data", "demo"));
  const exports = join(folder, "exports");
  const files = writeWorld(world, exports, { nowMs });
  const owner = world.people[world.persona.owner];
  const name = owner?.name ?? "Clara Weiss";
  say(`${name} exported her mail, chats, calendar and files: ${plural(files.length, "file")} in .demo/exports.`);
  await createHome(
    context,
    configSchema.parse({
      owner: { names: [name], addresses: owner?.email === undefined ? [] : [owner.email] },
      zone: world.persona.zone,
      region: world.persona.region,
      languages: world.persona.languages,
    }),
  );
  await copyFile(join(exports, "contacts.csv"), join(folder, "contacts.csv"));
  await withHome(context, { create: false }, async (home) => {
    const found = await recogniseExports(exports);
    const sources = await registerFound(context, home, found, { keep: true });
    const outcomes = await readSources(context, home, sources, { signal, recentDays: null });
    if (signal.aborted) return;
    await afterReading(context, home, outcomes, { quiet: true });
    const lastReadAt = worldLastReadAt(world, { nowMs });
    await home.store.write((tx) =>
      saveDigest(tx, { sinceAt: toInstant(0), untilAt: lastReadAt, looked: true, entries: [] }),
    );
    terminal.out("\n");
    await printDigest(context, home, { since: null, limit: 12, showIgnored: false, json: false, peek: true });
    terminal.out(`\n${paint.bold("Try next")}\n`);
    for (const [command, meaning] of tries) {
      terminal.out(`  ${`${self} ${command}`.padEnd(45)} ${paint.dim(meaning)}\n`);
    }
  });
  await releaseFolder(folder);
}

const tries: readonly [string, string][] = [
  ["why 1", "why it is on top"],
  ["show 2", "read it, with what is hidden in it"],
  ["search Kennzeichen", "her licence plate, wherever it is written"],
  ["commitments", "who promised what"],
  ["people questions", "is this the same person?"],
  ["week", "one screen without names, to show around"],
  ["wrong 3 --is ignore", "your word counts, and is kept"],
  ["digest", "again: what is left"],
];

/** Each export is given by itself, as a person would; a folder of chats is its files. */
async function recogniseExports(exports: string): Promise<FoundSource[]> {
  const chats = (await readdir(join(exports, "WhatsApp"))).sort().map((name) => join("WhatsApp", name));
  const given = ["Takeout", ...chats, "Telegram", "calendar.ics", "contacts.csv", "Drive"];
  const recognised = await Promise.all(given.map((name) => recognisePath(join(exports, name))));
  return recognised.flatMap((one) => one.found);
}

const lockName = ".running";

/** Takes the demo folder for this process and empties it. A process that died does not keep it. */
async function claimFolder(folder: string): Promise<void> {
  const lock = join(folder, lockName);
  const holder = Number((await readFile(lock, "utf8").catch(() => "")).trim());
  if (holder > 0 && holder !== process.pid && isAlive(holder)) {
    throw new StewardError("database_busy", "Another demo is running in this checkout.", {
      cure: `Wait until it ends (process ${holder}), or stop it, and try again.`,
    });
  }
  try {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFile(lock, `${process.pid}\n`, { flag: "wx" });
  } catch (error) {
    throw toStewardError(error, `making ${folder}`);
  }
}

async function releaseFolder(folder: string): Promise<void> {
  await rm(join(folder, lockName), { force: true });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
