import type { Command } from "commander";
import { StewardError } from "../../core/errors.ts";
import { moment } from "../../core/times.ts";
import { forScreen } from "../../core/untrusted.ts";
import type { CommandContext } from "../command-context.ts";
import { byTerminal } from "../door/by-terminal.ts";
import { withDoor } from "../door/with-door.ts";

export function define(command: Command, context: CommandContext): void {
  command
    .description("Lift the stop. What was stopped stays so, until you redraft it.")
    .option("--yes", "do not ask")
    .action((flags: { yes?: boolean }) => resume(context, flags.yes === true));
}

async function resume(context: CommandContext, yes: boolean): Promise<void> {
  await withDoor(context, async ({ home, door }) => {
    const stop = await door.stopped();
    if (stop === null) {
      context.terminal.out("Nothing is stopped.\n");
      return;
    }
    const since = moment(stop.stoppedAt, home.config.zone, context.clock.now(), { weekday: true });
    context.terminal.out(`Stopped since ${since}: ${forScreen(stop.why)}\n`);
    if (!yes && !context.terminal.interactive) {
      throw new StewardError("usage", "Nobody can be asked here.", { cure: `Run: ${context.self} resume --yes` });
    }
    if (!yes && !(await (await context.loadAsk()).yes("Let steward act again?", false))) return;
    await door.resume(byTerminal("terminal"));
    context.terminal.out("Going on.\n");
  });
}
