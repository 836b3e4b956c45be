import type { Command } from "commander";
import type { CommandContext } from "../command-context.ts";
import { withHome } from "../open-home.ts";

export function define(command: Command, context: CommandContext): void {
  command
    .description(
      "Lets your own agent (Codex, Claude Code) read and propose, over standard input and output. It can decide nothing.",
    )
    .addHelpText(
      "after",
      `
Your agent starts this itself; see docs/mcp.md. Cards need ${context.self} start beside it.

Examples
  claude mcp add steward -- ${context.self} mcp
  codex mcp add steward -- ${context.self} mcp`,
    )
    .action(() => serve(context));
}

async function serve(context: CommandContext): Promise<void> {
  await withHome(context, { create: false }, async (home) => {
    const { serveMcp } = await import("../operator/serve-mcp.ts");
    await serveMcp(context, home);
  });
}
