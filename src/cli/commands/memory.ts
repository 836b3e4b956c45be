import type { Command } from "commander";
import { StewardError } from "../../core/errors.ts";
import { forScreen } from "../../core/untrusted.ts";
import type { CommandContext } from "../command-context.ts";
import { withHome } from "../open-home.ts";
import { acceptMemory, rejectMemory } from "../operator/decide-memory.ts";
import { editMemory, forgetNote, searchMemory, showMemory, showNote } from "../operator/show-memory.ts";

const verbs = ["show", "edit", "accept", "reject", "forget", "search"] as const;

export function define(command: Command, context: CommandContext): void {
  command
    .argument("[what]", "show, edit, accept, reject, forget, search")
    .argument("[which...]", "a note's name, the number of a proposal, `candidate`, or words to search for")
    .description("What steward remembers: plain files in memory/, yours to read and to change.")
    .option("--yes", "with accept and forget: without a question")
    .addHelpText(
      "after",
      `
Only what you said yourself is kept at once; whatever was written after reading messages waits for you.

Examples
  ${context.self} memory
  ${context.self} memory show 2026-03-02-marie-prefers-french
  ${context.self} memory search marie
  ${context.self} memory accept 3
  ${context.self} memory forget 2026-03-02-marie-prefers-french
  ${context.self} memory edit`,
    )
    .action((what: string | undefined, which: string[], flags: { yes?: boolean }) =>
      run(context, what, which.join(" "), flags.yes === true),
    );
}

async function run(context: CommandContext, what: string | undefined, which: string, yes: boolean): Promise<void> {
  const verb = verbs.find((one) => one === what);
  if (what !== undefined && verb === undefined)
    throw new StewardError("usage", `memory knows ${verbs.join(", ")}, not "${forScreen(what)}".`);
  if (which === "" && verb !== undefined && verb !== "edit" && verb !== "show")
    throw new StewardError("usage", `memory ${verb} needs to know which.`);
  await withHome(context, { create: false }, async ({ store, paths }) => {
    const place = { store, homePath: paths.home, clock: context.clock };
    switch (verb) {
      case undefined:
        return showMemory(context, place);
      case "show":
        return which === "" ? showMemory(context, place) : showNote(context, place, which);
      case "search":
        return searchMemory(context, place, which);
      case "edit":
        return editMemory(context, place, which);
      case "forget":
        return forgetNote(context, place, which, yes);
      case "accept":
        return acceptMemory(context, place, which, yes);
      case "reject":
        return rejectMemory(context, place, which);
    }
  });
}
