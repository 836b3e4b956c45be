import type { Command } from "commander";
import { toInstant } from "../../core/clock.ts";
import { StewardError } from "../../core/errors.ts";
import { readTriage } from "../../triage/read-digest.ts";
import type { CommandContext } from "../command-context.ts";
import { withHome } from "../open-home.ts";
import { parseWhen } from "../parse-when.ts";
import { prepareTriage } from "../refresh-judgement.ts";
import { jsonScreen } from "../render/json-screen.ts";

interface TriageFlags {
  json?: boolean;
  since?: string;
  until?: string;
}

export function define(command: Command, context: CommandContext): void {
  command
    .description("Every thread of a window with its message ids, class, urgency score (higher = sooner) and reasons.")
    .option("--json", "print as JSON; the only form there is")
    .option("--since <when>", "from then on; default: everything")
    .option("--until <when>", "up to then; default: now")
    .addHelpText("after", `\nExample\n  ${context.self} triage --json --since 2026-10-01 --until 2026-11-01`)
    .action((flags: TriageFlags) => triage(context, flags));
}

async function triage(context: CommandContext, flags: TriageFlags): Promise<void> {
  if (flags.json !== true) {
    throw new StewardError("usage", "triage is for programs and prints JSON only.", {
      cure: `Run: ${context.self} triage --json, or for reading: ${context.self} digest`,
    });
  }
  await withHome(context, { create: false }, async (home) => {
    const nowMs = context.clock.now();
    const at = (text: string | undefined, otherwise: number): string =>
      toInstant(text === undefined ? otherwise : parseWhen(text, { zone: home.config.zone, nowMs, direction: "past" }));
    const window = { from: at(flags.since, 0), to: at(flags.until, nowMs) };
    const rows = await readTriage(home.store, await prepareTriage(context, home), window);
    context.terminal.out(`${jsonScreen(rows)}\n`);
  });
}
