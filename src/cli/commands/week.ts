import type { Command } from "commander";
import { readWeek } from "../../triage/read-digest.ts";
import type { CommandContext } from "../command-context.ts";
import { withHome } from "../open-home.ts";
import { prepareTriage } from "../refresh-judgement.ts";
import { jsonScreen } from "../render/json-screen.ts";
import { makePaint } from "../render/paint.ts";
import { weekScreen } from "../render/week-screen.ts";

export function define(command: Command, context: CommandContext): void {
  command
    .description("The last seven days in one screen: how much came and went, how fast you answered. It names nobody.")
    .option("--json", "print as JSON")
    .action((flags: { json?: boolean }) => week(context, flags.json === true));
}

async function week(context: CommandContext, json: boolean): Promise<void> {
  await withHome(context, { create: false }, async (home) => {
    const found = await readWeek(home.store, await prepareTriage(context, home));
    if (json) {
      context.terminal.out(`${jsonScreen(found)}\n`);
      return;
    }
    const { colour, columns } = context.terminal;
    context.terminal.out(
      weekScreen(found, {
        paint: makePaint(colour),
        width: columns,
        zone: home.config.zone,
        nowMs: context.clock.now(),
      }),
    );
  });
}
