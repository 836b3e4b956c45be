import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { loginUrl } from "../../approvals/page/sign-in.ts";
import { type FoundSource, recognisePath } from "../../connectors/files/recognise.ts";
import { toInstant } from "../core/clock.ts";
import { configSchema } from "../core/config.ts";
import { plural } from "../core/plural.ts";
import { spawnSide } from "../daemon/spawn-side.ts";
import { supervise } from "../daemon/supervisor.ts";
import { renderContacts } from "../emulators/world/contacts.ts";
import { loadWorld } from "../emulators/world/load.ts";
import { worldLastReadAt, writeWorld } from "../emulators/world/render.ts";
import type { World } from "../emulators/world/schema.ts";
import { saveDigest } from "../store/digests.ts";
import { readPageAddress } from "../store/page-address.ts";
import { mintLogin } from "../store/page-logins.ts";
import { listSources } from "../store/sources.ts";
import { afterReading } from "./after-reading.ts";
import type { CommandContext } from "./command-context.ts";
import { eventPrinter } from "./daemon/event-printer.ts";
import { runInside } from "./daemon/run-inside.ts";
import { answerFools } from "./demo/answer-fools.ts";
import { askDemo } from "./demo/ask-demo.ts";
import { connectDemo } from "./demo/connect-demo.ts";
import { claimFolder, releaseFolder } from "./demo/demo-folder.ts";
import { type DemoModel, giveModel, scriptedModel } from "./demo/give-model.ts";
import { countOpenCards, proposeDemo } from "./demo/propose-demo.ts";
import { type RunningEmulator, startGoogle, startModel } from "./demo/start-emulators.ts";
import { createHome, type OpenHome, withHome } from "./open-home.ts";
import { printDigest } from "./print-digest.ts";
import { readSources } from "./read-sources.ts";
import { registerFound } from "./register-found.ts";
import { makePaint } from "./render/paint.ts";
import { wrap } from "./render/width.ts";

export interface DemoOptions {
  /** Keep her Google running and watched until Ctrl-C; null stays on a terminal where somebody sits. */
  stay: boolean | null;
  /** The owner's own model in place of the scripted one; null is the scripted one. */
  model: DemoModel | null;
}

/**
 * The main job on an invented life: an emulated Google with her mail, calendar, Drive and contacts is connected by the real
 * sign-in, her chats are imported from their exports, and the digest is shown. On a terminal it stays, so that a mail sent into
 * the emulated mailbox is seen to arrive.
 *
 * Contract: begins from nothing each time, touches nothing outside `.demo/`, refuses to run twice at once.
 */
export async function runDemo(outer: CommandContext, options: DemoOptions): Promise<void> {
  const folder = join(outer.checkout, ".demo");
  const self = outer.self.endsWith("--demo") ? outer.self : `${outer.self} --demo`;
  const context: CommandContext = { ...outer, home: folder, self };
  const signal = context.takeInterrupts();
  say(context, "This is an invented life: everybody in it is invented, and nothing leaves this machine.");
  context.terminal.out("\n");
  await claimFolder(folder);
  const nowMs = context.clock.now();
  const google = await startGoogle(context.checkout, nowMs);
  const scripted = options.model === null ? await startModel(context.checkout, "scenario") : null;
  try {
    const world = loadWorld(join(context.checkout, "data", "demo"));
    await makeHer(context, world);
    await giveModel(context, options.model ?? { baseUrl: scripted?.url ?? "", ...scriptedModel });
    await connectDemo(context, google.url);
    const read = await withHome(context, { create: false }, (home) => readHer(context, home, { world, nowMs, signal }));
    if (!read) return;
    await proposeDemo(context);
    const modelWords =
      options.model === null ? "A script plays the model here, and is called so wherever it speaks." : "";
    say(context, `Three answers she wrote herself are cards already; two she asks the model for. ${modelWords}`.trim());
    context.terminal.out("\n");
    await askDemo(context);
    const cards = await countOpenCards(context);
    await withHome(context, { create: false }, async (home) => {
      context.terminal.out("\n");
      await printDigest(context, home, { since: null, limit: 12, showIgnored: false, json: false, peek: true });
      say(
        context,
        `${plural(cards, "card")} wait for her yes: what she wrote, what she asked for, and what the rules found.`,
      );
      printTries(context);
      context.terminal.out("\n");
      if (options.stay ?? context.terminal.interactive) await stay(context, home, google, signal);
      else say(context, "Her Google is closed again. To send her mail: npm run demo -- --stay");
    });
  } finally {
    await google.close();
    await scripted?.close();
    await releaseFolder(folder);
  }
}

const tries: readonly [string, string][] = [
  ["why 1", "why it is on top"],
  ["show 2", "read it, with what is hidden in it"],
  ["cards", "what waits for her yes"],
  ['ask "what did I promise?"', "in your own words, while the demo stays"],
  ["search Kennzeichen", "her licence plate, wherever it is written"],
  ["commitments", "who promised what"],
  ["drive", "her Drive folder, mirrored as plain files"],
  ["people questions", "is this the same person?"],
  ["week", "one screen without names, to show around"],
  ["wrong 3 --is ignore", "your word counts, and is kept"],
  ["digest", "again: what is left"],
];

function printTries(context: CommandContext): void {
  const paint = makePaint(context.terminal.colour);
  context.terminal.out(`\n${paint.bold("Try next")}\n`);
  for (const [command, meaning] of tries) {
    context.terminal.out(`  ${`${context.self} ${command}`.padEnd(45)} ${paint.dim(meaning)}\n`);
  }
}

/** Her steward home, her contacts, and the chats that she exported. */
async function makeHer(context: CommandContext, world: World): Promise<void> {
  const owner = world.people[world.persona.owner];
  const name = owner?.name ?? "Clara Weiss";
  await createHome(
    context,
    configSchema.parse({
      owner: { names: [name], addresses: owner?.email === undefined ? [] : [owner.email] },
      zone: world.persona.zone,
      region: world.persona.region,
      languages: world.persona.languages,
      poll: { gmail: 5, calendar: 10, drive: 15, "contacts-sheet": 30 },
    }),
  );
  await writeFile(join(context.home, "contacts.csv"), renderContacts(world));
}

/** Reads all of her sources. False when it was stopped. */
async function readHer(
  context: CommandContext,
  home: OpenHome,
  { world, nowMs, signal }: { world: World; nowMs: number; signal: AbortSignal },
): Promise<boolean> {
  const exports = join(context.home, "exports");
  const files = writeWorld(world, exports, { nowMs, only: ["WhatsApp", "Telegram"] });
  await registerFound(context, home, await recogniseExports(exports), { keep: true });
  const name = world.people[world.persona.owner]?.name ?? "She";
  say(
    context,
    `${name} connected her Google account (an emulated one, with the real sign-in: mail, calendar, Drive, contacts) and exported her chats: ${plural(files.length, "file")} in .demo/exports.`,
  );
  const outcomes = await readSources(context, home, await listSources(home.store), { signal, recentDays: null });
  if (signal.aborted) return false;
  await afterReading(context, home, outcomes, { quiet: true });
  const lastReadAt = worldLastReadAt(world, { nowMs });
  await home.store.write((tx) =>
    saveDigest(tx, { sinceAt: toInstant(0), untilAt: lastReadAt, looked: true, entries: [] }),
  );
  return true;
}

/** Each export is given by itself, as a person would; a folder of chats is its files. */
async function recogniseExports(exports: string): Promise<FoundSource[]> {
  const chats = (await readdir(join(exports, "WhatsApp"))).sort().map((name) => join("WhatsApp", name));
  const recognised = await Promise.all([...chats, "Telegram"].map((name) => recognisePath(join(exports, name))));
  return recognised.flatMap((one) => one.found);
}

/** Watches her sources, and the door beside them in a process of its own, until Ctrl-C or until the emulator ends. */
async function stay(
  context: CommandContext,
  home: OpenHome,
  google: RunningEmulator,
  signal: AbortSignal,
): Promise<void> {
  const paint = makePaint(context.terminal.colour);
  const closed = new AbortController();
  void google.ended.then(() => closed.abort());
  const both = AbortSignal.any([signal, closed.signal]);
  const door = superviseDoor(context, both);
  const obedient = await startModel(context.checkout, "obedient");
  const link = await firstLink(context, home, both);
  context.terminal.out(`${paint.bold("Her page is at")} ${link ?? "(it did not open; the door says why)"}\n`);
  say(
    context,
    "The link signs you in, once. Approve a reply, and look for it in her mailbox; under Health is a plug to pull, and a mail to fool it with.",
  );
  context.terminal.out(`${paint.bold("Her Google is at")} ${google.url}\n`);
  say(
    context,
    "Open it and send her a mail. A few seconds later it is here, and in her next digest; in another terminal:",
  );
  context.terminal.out(`  ${context.self} digest --since 10min\n`);
  say(context, "Ctrl-C here ends it.");
  context.terminal.out("\n");
  try {
    const fools = answerFools(context, home, { obedientUrl: obedient.url, googleUrl: google.url }, both);
    await Promise.all([door, fools, runInside(context, home, both, eventPrinter(context, home))]);
  } finally {
    await obedient.close();
  }
}

/** The door as `start` runs it: killed, by the plug or otherwise, it is started again. */
async function superviseDoor(context: CommandContext, signal: AbortSignal): Promise<void> {
  const main = join(context.checkout, "src", "main.ts");
  await supervise(
    {
      clock: context.clock,
      spawn: () => spawnSide(main, ["--demo", "door", "--demo-plug"]),
      onEvent: (event) => {
        if (event.kind === "died") say(context, `The door ${event.how}. It is started again in a second.`);
      },
    },
    signal,
  );
}

const linkWithinMs = 10_000;

async function firstLink(context: CommandContext, home: OpenHome, signal: AbortSignal): Promise<string | null> {
  for (const end = context.clock.now() + linkWithinMs; context.clock.now() < end && !signal.aborted; ) {
    const address = await readPageAddress(home.store);
    if (address !== null) return loginUrl(address.url, (await mintLogin(home.store)).token);
    await context.clock.sleep(100, signal).catch(() => undefined);
  }
  return null;
}

function say(context: CommandContext, text: string): void {
  for (const line of wrap(text, Math.min(context.terminal.columns, 78))) context.terminal.out(`${line}\n`);
}
