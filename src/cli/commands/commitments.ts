import type { Command } from "commander";
import { StewardError } from "../../core/errors.ts";
import { forScreen } from "../../core/untrusted.ts";
import { listCommitments, type StoredCommitment, setCommitmentState } from "../../store/commitments.ts";
import type { CommandContext } from "../command-context.ts";
import { withHome } from "../open-home.ts";
import { refreshJudgement } from "../refresh-judgement.ts";
import { commitmentsScreen } from "../render/commitments-screen.ts";
import { jsonScreen } from "../render/json-screen.ts";

export function define(command: Command, context: CommandContext): void {
  command
    .description("What you promised and what others promised you, found by rules in your own and their words.")
    .option("--all", "those kept and those void too")
    .option("--json", "print as JSON")
    .addHelpText("after", `\nExamples\n  ${context.self} commitments\n  ${context.self} commitments done 12`)
    .action((flags: { all?: boolean; json?: boolean }) => list(context, flags));
  command
    .command("done")
    .argument("<n...>", "numbers as the list shows them")
    .description("It was kept.")
    .action((numbers: string[]) => mark(context, numbers, "done"));
  command
    .command("void")
    .argument("<n...>", "numbers as the list shows them")
    .description("It was no promise, or does not count any more.")
    .action((numbers: string[]) => mark(context, numbers, "void"));
}

async function list(context: CommandContext, flags: { all?: boolean; json?: boolean }): Promise<void> {
  await withHome(context, { create: false }, async (home) => {
    await refreshJudgement(context, home);
    const found = await listCommitments(home.store, { all: flags.all === true });
    if (flags.json === true) {
      context.terminal.out(`${jsonScreen(found)}\n`);
      return;
    }
    context.terminal.out(commitmentsScreen(found, context, home.config.zone));
  });
}

async function mark(context: CommandContext, numbers: readonly string[], state: "done" | "void"): Promise<void> {
  await withHome(context, { create: false }, async (home) => {
    const all = await listCommitments(home.store, { all: true });
    const chosen = numbers.map((text) => pick(all, text));
    for (const { id, what } of chosen) {
      await home.store.write((tx) => setCommitmentState(tx, id, state));
      context.terminal.out(`${id}  ${state === "done" ? "kept" : "void"}: ${forScreen(what)}\n`);
    }
  });
}

function pick(all: readonly StoredCommitment[], text: string): StoredCommitment {
  const found = all.find(({ id }) => String(id) === text.trim());
  if (found !== undefined) return found;
  throw new StewardError("not_found", `There is no commitment ${text}.`, {
    cure: "`steward commitments --all` lists them with their numbers.",
  });
}
