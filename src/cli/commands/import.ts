import type { Command } from "commander";
import type { FoundSource } from "../../../connectors/files/recognise.ts";
import { StewardError } from "../../core/errors.ts";
import type { Problem } from "../../core/record.ts";
import { forScreen } from "../../core/untrusted.ts";
import { afterReading } from "../after-reading.ts";
import type { CommandContext } from "../command-context.ts";
import { toImportJson } from "../import-json.ts";
import { withHome } from "../open-home.ts";
import { readSources } from "../read-sources.ts";
import { registerFound } from "../register-found.ts";
import { jsonScreen } from "../render/json-screen.ts";
import { makePaint } from "../render/paint.ts";

interface ImportFlags {
  as?: string;
  keep: boolean;
  json?: boolean;
}

export function define(command: Command, context: CommandContext): void {
  command
    .argument("<path...>", "files or folders; each is recognised by what is in it")
    .description("Read what you exported: it is recognised, registered as a source, read and indexed.")
    .option("--as <kind>", "say what it is, when steward guesses wrong (mbox, maildir, whatsapp, ...)")
    .option("--no-keep", "do not keep a compressed copy of raw mail, only where it lies")
    .option("--json", "print what came of it as JSON")
    .addHelpText("after", help(context.self))
    .action((paths: string[], flags: ImportFlags) => importPaths(context, paths, flags));
}

const help = (self: string): string => `
Known are: mbox (Gmail Takeout too), Maildir, folders of .eml, Apple Mail, Thunderbird, .ics calendars, WhatsApp
"Export chat" (.txt or .zip), Telegram Desktop result.json, a copied macOS chat.db, contacts as CSV or vCard, Notion's
export, and folders of documents. Nothing is changed in the files. Importing twice adds nothing; a grown file adds only
what is new. Ctrl-C at any time: what was read stays, and the next run goes on.

Examples
  ${self} import ~/Downloads/Takeout
  ${self} import "WhatsApp Chat with Inès.zip" contacts.csv
  ${self} import old-mail.mbox --no-keep`;

async function importPaths(context: CommandContext, paths: readonly string[], flags: ImportFlags): Promise<void> {
  const signal = context.takeInterrupts();
  const { found, problems } = await recogniseAll(paths, flags.as ?? null);
  if (found.length === 0) throw nothingFound(problems, context);
  await withHome(context, { create: true }, async (home) => {
    const sources = await registerFound(context, home, found, { keep: flags.keep && home.config.keepOriginals });
    sayUnrecognised(context, problems, flags);
    const outcomes = await readSources(context, home, sources, {
      signal,
      recentDays: null,
      quiet: flags.json === true,
    });
    const after = await afterReading(context, home, outcomes, { quiet: flags.json === true });
    if (flags.json === true) context.terminal.out(`${jsonScreen(toImportJson(outcomes, problems))}\n`);
    else for (const line of after) context.terminal.out(`${line}\n`);
    if (problems.length > 0) context.endWith(6);
  });
}

async function recogniseAll(
  paths: readonly string[],
  as: string | null,
): Promise<{ found: FoundSource[]; problems: Problem[] }> {
  const { recognisePath } = await import("../../../connectors/files/recognise.ts");
  if (as !== null) return { found: await foundAs(paths, as), problems: [] };
  const found = new Map<string, FoundSource>();
  const problems: Problem[] = [];
  for (const path of paths) {
    const here = await recognisePath(path);
    for (const source of here.found) found.set(`${source.kind} ${source.path}`, source);
    problems.push(...here.problems);
  }
  return { found: [...found.values()], problems };
}

async function foundAs(paths: readonly string[], as: string): Promise<FoundSource[]> {
  const { toFileKind } = await import("../../../connectors/files/readers.ts");
  const { stat } = await import("node:fs/promises");
  const { basename, resolve } = await import("node:path");
  const kind = toFileKind(as);
  return await Promise.all(
    paths.map(async (path) => {
      const absolute = resolve(path);
      const { size } = await stat(absolute);
      return { kind, path: absolute, label: basename(absolute), sizeBytes: size };
    }),
  );
}

function nothingFound(problems: readonly Problem[], context: CommandContext): StewardError {
  const [first] = problems;
  if (first === undefined) return new StewardError("wrong_kind", "Nothing there is a format that steward knows.");
  const missing = /^Nothing is there/.test(first.reason);
  return new StewardError(missing ? "not_found" : "wrong_kind", `${first.locator.path}: ${lowerFirst(first.reason)}`, {
    cure: missing ? "Check the path." : `${context.self} import --help lists what is known; --as KIND says what it is.`,
  });
}

function sayUnrecognised(context: CommandContext, problems: readonly Problem[], flags: ImportFlags): void {
  if (flags.json === true) return;
  const paint = makePaint(context.terminal.colour);
  for (const { locator, reason } of problems) {
    context.terminal.out(`${paint.yellow("!")} ${forScreen(locator.path)}: ${forScreen(lowerFirst(reason))}\n`);
  }
}

const lowerFirst = (text: string): string => `${text.charAt(0).toLowerCase()}${text.slice(1)}`;
