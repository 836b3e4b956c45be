import type { Command } from "commander";
import { StewardError } from "../../core/errors.ts";
import { diffLines, withContext } from "../../core/line-diff.ts";
import { rawText } from "../../core/untrusted.ts";
import { parseRecord } from "../../formats/parse-record.ts";
import { type LookedAt, lookAtMirrors } from "../../intake/mirror/look-at-mirrors.ts";
import { openMirrorDisk } from "../../intake/mirror/mirror-disk.ts";
import { pathKey } from "../../intake/mirror/mirror-path.ts";
import { type Mirror, textOfMirror } from "../../store/mirrors.ts";
import type { CommandContext } from "../command-context.ts";
import { type OpenHome, withHome } from "../open-home.ts";
import { diffScreen, driveLines } from "../render/drive-screen.ts";
import { jsonScreen } from "../render/json-screen.ts";

export function define(command: Command, context: CommandContext): void {
  command
    .description(
      "The files that your Drive folder is mirrored as: how many, what you edited here, what is in conflict, what is gone.",
    )
    .option("--json", "print as JSON")
    .addHelpText(
      "after",
      `
Steward never overwrites what you edited: a newer version of Drive is put beside it as NAME.from-drive.md. What is deleted in
Drive is kept in .gone/ in the folder. Nothing is written to Drive.

Examples
  ${context.self} drive
  ${context.self} drive diff Car/car.md`,
    )
    .action((flags: { json?: boolean }) => show(context, flags.json === true));
  command
    .command("diff")
    .argument("<path>", "a file of the mirror, as `drive` lists it")
    .description("What differs between the file here (+) and the version of Drive (-).")
    .action((path: string) => diff(context, path));
}

async function show(context: CommandContext, json: boolean): Promise<void> {
  await withHome(context, { create: false }, async (home) => {
    const look = await lookAtMirrors(home.store, home.paths.drive);
    if (json) {
      const files = look.files.map(({ mirror, state }) => ({
        path: mirror.path,
        state,
        fileId: mirror.externalId,
        beside: mirror.besidePath,
        keptAside: mirror.gonePath,
      }));
      const told = { directory: home.paths.drive, files, onlyHere: look.onlyHere };
      context.terminal.out(`${jsonScreen(told)}\n`);
      return;
    }
    if (look.files.length === 0) {
      throw new StewardError("not_found", "No Drive folder is mirrored yet.", {
        cure: `Choose one: ${context.self} connect google`,
      });
    }
    for (const line of driveLines(look, home.paths.drive, context)) context.terminal.out(`${line}\n`);
  });
}

async function diff(context: CommandContext, path: string): Promise<void> {
  await withHome(context, { create: false }, async (home) => {
    const { mirror } = await pick(home, path);
    const disk = openMirrorDisk(home.paths.drive);
    const here = await disk.read(mirror.path);
    const beside = mirror.besidePath === null ? null : await disk.read(mirror.besidePath);
    const theirs = beside === null ? await textOfMirror(home.store, mirror) : await textOf(mirror, beside);
    if (here === null || theirs === null) {
      const missing =
        here === null ? `${mirror.path} was deleted here.` : "Drive's version of it is not known any more.";
      throw new StewardError("not_found", missing, { cure: `Look at: ${context.self} drive` });
    }
    const ours = await textOf(mirror, here);
    const lines = diffLines(theirs.split("\n"), ours.split("\n"));
    if (lines.every(({ kind }) => kind === "both")) {
      context.terminal.out("No difference in the text.\n");
      return;
    }
    context.terminal.out(`- Drive${beside === null ? "" : ` (${mirror.besidePath ?? ""})`}\n+ here\n\n`);
    for (const line of diffScreen(withContext(lines, 3), context)) context.terminal.out(`${line}\n`);
  });
}

/** A file of the mirror by its path, or by the end of it. Errors: `not_found`, `usage` when several end so. */
async function pick(home: OpenHome, path: string): Promise<LookedAt> {
  const { files } = await lookAtMirrors(home.store, home.paths.drive);
  const live = files.filter(({ state }) => state !== "gone");
  const wanted = pathKey(path.startsWith(`${home.paths.drive}/`) ? path.slice(home.paths.drive.length + 1) : path);
  const exact = live.find(({ mirror }) => mirror.pathKey === wanted || pathKey(mirror.besidePath ?? "") === wanted);
  const ending = live.filter(({ mirror }) => mirror.pathKey.endsWith(`/${wanted}`));
  const found = exact ?? (ending.length === 1 ? ending[0] : undefined);
  if (found !== undefined) return found;
  if (ending.length > 1) {
    throw new StewardError("usage", `Several files end in ${path}.`, {
      cure: `Name one: ${ending.map(({ mirror }) => mirror.path).join(", ")}`,
    });
  }
  throw new StewardError("not_found", `No file of the mirror is called ${path}.`, {
    cure: "`steward drive` lists them.",
  });
}

/** Both sides are read the same way, so that only what they say differs: PDF and Word by their text. */
async function textOf(mirror: Mirror, bytes: Uint8Array): Promise<string> {
  const { items } = await parseRecord({
    format: mirror.format,
    externalId: mirror.externalId,
    bytes,
    hints: {},
    locator: { path: mirror.path, offset: null },
  });
  return items[0] === undefined ? "" : rawText(items[0].text);
}
