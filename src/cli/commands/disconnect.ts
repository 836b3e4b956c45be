import type { Command } from "commander";
import type { CommandContext } from "../command-context.ts";
import { checkService, readAccount } from "./connect.ts";

interface DisconnectFlags {
  account?: string;
  yes?: boolean;
}

export function define(command: Command, context: CommandContext): void {
  command
    .argument("[service]", "google", "google")
    .description("Take back the permission to read an account and forget its secrets. What was read stays.")
    .option("--account <address>", "which account, when several are connected")
    .option("--yes", "do not ask")
    .addHelpText(
      "after",
      `
The permission is taken back at Google, the secrets here are deleted, and its sources are forgotten. Mail, events, files
and contacts that were read stay where they are.

Example
  ${context.self} disconnect google --account clara@weiss.example`,
    )
    .action(async (service: string, flags: DisconnectFlags) => {
      checkService(service);
      const { disconnectGoogle } = await import("../google/disconnect-google.ts");
      await disconnectGoogle(context, { account: readAccount(flags.account), yes: flags.yes === true });
    });
}
