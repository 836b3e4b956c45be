import type { Command } from "commander";
import { toInstant } from "../../core/clock.ts";
import { moment } from "../../core/times.ts";
import type { CommandContext } from "../command-context.ts";
import { byTerminal, orThrow } from "../door/by-terminal.ts";
import { findBundle } from "../door/find-card.ts";
import { withDoor } from "../door/with-door.ts";
import { parseWhen } from "../parse-when.ts";

export function define(command: Command, context: CommandContext): void {
  command
    .argument("<number>", "the card")
    .argument("[when]", "3h, tomorrow, monday, 18:30; tomorrow morning without it")
    .description("Decide a card later. It does not live longer for it.")
    .addHelpText("after", `\nExamples\n  ${context.self} later 3\n  ${context.self} later 3 monday`)
    .action((number: string, when: string | undefined) => later(context, number, when));
}

async function later(context: CommandContext, number: string, when: string | undefined): Promise<void> {
  await withDoor(context, async ({ home, door }) => {
    const { zone } = home.config;
    const nowMs = context.clock.now();
    const laterUntil = when === undefined ? null : toInstant(parseWhen(when, { zone, nowMs, direction: "future" }));
    const { open } = await findBundle(door, number);
    const request = { seen: open, kind: "later" as const, reason: "", laterUntil };
    const [card] = orThrow(await door.decide({ ...request, decidedBy: byTerminal("terminal") }));
    const until = card?.laterUntil ?? null;
    context.terminal.out(
      until === null ? "Nothing to put off.\n" : `Put off until ${moment(until, zone, nowMs, { weekday: true })}.\n`,
    );
  });
}
