import type { Command } from "commander";
import { StewardError } from "../../core/errors.ts";
import type { CommandContext } from "../command-context.ts";
import { byTerminal } from "../door/by-terminal.ts";
import { withDoor } from "../door/with-door.ts";

export function define(command: Command, context: CommandContext): void {
  command
    .argument("<cap>", "send, change or critical; or an address, for this hour")
    .argument("[more]", "how many more, at most 50", "10")
    .description("Allow more than the day's cap, this once.")
    .addHelpText(
      "after",
      `\nExamples\n  ${context.self} allow-more send 10\n  ${context.self} allow-more paul@adler.example 1`,
    )
    .action(async (cap: string, more: string) => {
      const number = Number(more);
      if (!Number.isInteger(number) || number < 1 || number > 50) {
        throw new StewardError("usage", `"${more}" is no number from 1 to 50.`);
      }
      const isTier = ["send", "change", "critical"].includes(cap);
      if (!isTier && !cap.includes("@"))
        throw new StewardError("usage", `"${cap}" is no cap: send, change, critical, or an address.`);
      await withDoor(context, async ({ door }) => {
        await door.allowMore(isTier ? cap : `to ${cap.toLowerCase()}`, number, byTerminal("terminal"));
        context.terminal.out(`${number} more.\n`);
      });
    });
}
