import type { Command } from "commander";
import type { FoundSource } from "../../../connectors/files/recognise.ts";
import { bytes, plural } from "../../core/plural.ts";
import { forScreen } from "../../core/untrusted.ts";
import { listSources } from "../../store/sources.ts";
import { afterReading } from "../after-reading.ts";
import { loadAsk } from "../ask.ts";
import type { CommandContext } from "../command-context.ts";
import { type OpenHome, withHome } from "../open-home.ts";
import { printDigest } from "../print-digest.ts";
import { readSources } from "../read-sources.ts";
import { registerFound } from "../register-found.ts";
import { makePaint } from "../render/paint.ts";
import { clip, padEnd, padStart } from "../render/width.ts";

const recentDays = 30;

interface BeginFlags {
  all?: boolean;
  yes?: boolean;
  in?: string;
}

export function define(command: Command, context: CommandContext): void {
  command
    .description("Look where mail, chats, calendars and contacts usually lie on this computer, and read what you tick.")
    .option("--all", "read everything that was found, without asking")
    .option("--yes", "the same as --all, for scripts")
    .option("--in <folder>", "look in this home folder instead of your own")
    .addHelpText(
      "after",
      `
It first lists what it found by name only; nothing is read before you say so. Then the newest ${recentDays} days are read,
you get a digest, and the rest follows. Ctrl-C at any time: what was read stays, ${context.self} sync goes on.`,
    )
    .action((flags: BeginFlags) => begin(context, flags));
}

async function begin(context: CommandContext, flags: BeginFlags): Promise<void> {
  const { findUsualPlaces } = await import("../../../connectors/files/usual-places.ts");
  const { terminal } = context;
  const found = await findUsualPlaces(flags.in ?? context.userHome, context.platform);
  if (found.length === 0) {
    terminal.out(nothingHere(context));
    return;
  }
  const everything = flags.all === true || flags.yes === true;
  terminal.out(`${foundLines(context, found).join("\n")}\n`);
  if (!everything && !terminal.interactive) {
    terminal.out(
      `\nNothing was read. Read all of it with: ${context.self} begin --all\nor some of it with: ${context.self} import PATH\n`,
    );
    return;
  }
  const chosen = everything ? found : await choose(found);
  if (chosen.length === 0) {
    terminal.out("Nothing was ticked, so nothing was read.\n");
    return;
  }
  const signal = context.takeInterrupts();
  await withHome(context, { create: true }, (home) => readChosen(context, home, chosen, signal));
}

async function readChosen(
  context: CommandContext,
  home: OpenHome,
  chosen: readonly FoundSource[],
  signal: AbortSignal,
): Promise<void> {
  const { terminal } = context;
  const sources = await registerFound(context, home, chosen, { keep: home.config.keepOriginals });
  terminal.out(`\nThe newest ${recentDays} days first.\n`);
  const recent = await readSources(context, home, sources, { signal, recentDays, recentOnly: true });
  for (const line of await afterReading(context, home, recent, { quiet: false, hint: false }))
    terminal.out(`${line}\n`);
  terminal.out("\n");
  await printDigest(context, home, { since: null, limit: 12, showIgnored: false, json: false, peek: false });
  if (signal.aborted) return;
  terminal.out("\nNow the rest. Ctrl-C stops it; nothing is lost.\n");
  const registered = await listSources(home.store);
  const ids = new Set(sources.map((source) => source.id));
  const rest = await readSources(
    context,
    home,
    registered.filter((source) => ids.has(source.id)),
    { signal, recentDays },
  );
  for (const line of await afterReading(context, home, rest, { quiet: false })) terminal.out(`${line}\n`);
}

function foundLines(context: CommandContext, found: readonly FoundSource[]): string[] {
  const paint = makePaint(context.terminal.colour);
  const width = Math.min(context.terminal.columns, 78);
  const labelWidth = Math.max(10, width - 30);
  return [
    `Found ${plural(found.length, "source")} on this computer. ${paint.bold("Nothing read yet.")}`,
    "",
    ...found.flatMap(({ label, kind, path, sizeBytes }) => [
      `  ${padEnd(forScreen(label), labelWidth)} ${padEnd(kind.replaceAll("_", " "), 16)} ${padStart(sizeBytes === 0 ? "" : bytes(sizeBytes), 9)}`,
      paint.dim(`    ${clip(forScreen(shorten(path, context.userHome)), width - 4)}`),
    ]),
  ];
}

async function choose(found: readonly FoundSource[]): Promise<FoundSource[]> {
  const ask = await loadAsk();
  const options = found.map((source) => ({
    value: source,
    label: forScreen(source.label),
    hint: `${source.kind}${source.sizeBytes === 0 ? "" : `, ${bytes(source.sizeBytes)}`}`,
  }));
  return await ask.several("What shall I read? Space ticks, Enter starts.", options, found);
}

function nothingHere(context: CommandContext): string {
  return [
    "Found no mail, chats, calendars or contacts in the usual places.",
    "",
    "Export some, then import them:",
    `  Gmail       takeout.google.com, Mail as mbox      ${context.self} import Takeout/`,
    `  WhatsApp    chat > More > Export chat, no media   ${context.self} import *.zip`,
    `  Telegram    Desktop > Settings > Export, JSON     ${context.self} import result.json`,
    `  Calendar    calendar settings > Export            ${context.self} import *.ics`,
    `  Contacts    contacts.google.com > Export          ${context.self} import contacts.csv`,
    "",
  ].join("\n");
}

function shorten(path: string, userHome: string): string {
  return path.startsWith(`${userHome}/`) ? `~${path.slice(userHome.length)}` : path;
}
