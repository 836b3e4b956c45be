import type { Command } from "commander";
import { StewardError } from "../../core/errors.ts";
import { listSources, type Source } from "../../store/sources.ts";
import { afterReading } from "../after-reading.ts";
import type { CommandContext } from "../command-context.ts";
import { toImportJson } from "../import-json.ts";
import { withHome } from "../open-home.ts";
import { readSources } from "../read-sources.ts";
import { jsonScreen } from "../render/json-screen.ts";

export function define(command: Command, context: CommandContext): void {
  command
    .argument("[id...]", "only these sources, by the number or id that `sources` shows")
    .description(
      "Read the registered sources again. What has not changed costs nothing; a grown file adds what is new.",
    )
    .option("--json", "print what came of it as JSON")
    .addHelpText("after", `\nExamples\n  ${context.self} sync\n  ${context.self} sync 2`)
    .action((ids: string[], flags: { json?: boolean }) => sync(context, ids, flags.json === true));
}

async function sync(context: CommandContext, ids: readonly string[], json: boolean): Promise<void> {
  const signal = context.takeInterrupts();
  await withHome(context, { create: false }, async (home) => {
    const all = await listSources(home.store);
    if (all.length === 0) {
      throw new StewardError("not_found", "No source is registered yet.", {
        cure: `Read one: ${context.self} import PATH, or look what is here: ${context.self} begin`,
      });
    }
    const sources = ids.length === 0 ? all : ids.map((id) => pickSource(all, id));
    const outcomes = await readSources(context, home, sources, { signal, recentDays: null, quiet: json });
    const after = await afterReading(context, home, outcomes, { quiet: json });
    if (json) context.terminal.out(`${jsonScreen(toImportJson(outcomes, []))}\n`);
    else for (const line of after) context.terminal.out(`${line}\n`);
  });
}

/** A source by its place in the list (from 1), or by the beginning of its id. Errors: `not_found`, `usage`. */
export function pickSource(sources: readonly Source[], reference: string): Source {
  const byNumber = /^\d{1,4}$/.test(reference) ? sources[Number(reference) - 1] : undefined;
  // A digit or two is a number that was meant; ids end in such by chance.
  const isPart = reference.length >= 4;
  const matching = sources.filter(({ id }) => isPart && (id.startsWith(reference) || id.endsWith(reference)));
  const found = byNumber ?? (matching.length === 1 ? matching[0] : undefined);
  if (found !== undefined) return found;
  throw new StewardError("not_found", `There is no source ${reference}.`, {
    cure: "`steward sources` lists them with their numbers.",
  });
}
