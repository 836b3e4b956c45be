import { type Command, Option } from "commander";
import { StewardError } from "../../core/errors.ts";
import { type VerdictClass, verdictClasses } from "../../core/verdict.ts";
import { threadMessageIds } from "../../store/thread-views.ts";
import { addCorrection, loadVerdicts } from "../../store/verdicts.ts";
import type { CommandContext } from "../command-context.ts";
import { withHome } from "../open-home.ts";
import { resolveThreads } from "../references.ts";
import { classLabel } from "../render/class-label.ts";

const synonyms: Record<string, VerdictClass> = {
  doc: "document",
  wait: "waiting",
  know: "to_know",
  info: "to_know",
  ignored: "ignore",
  spam: "ignore",
  phishing: "care",
};

export function define(command: Command, context: CommandContext): void {
  command
    .argument("<n>", "number of an entry in the last digest, or a thread as t17")
    .addOption(new Option("--is <class>", `what it really is: ${verdictClasses.join(", ")}`).makeOptionMandatory(true))
    .description("Say that a thread is something else. It holds until something new arrives in the thread.")
    .addHelpText(
      "after",
      `
Your word is kept with the signals of this moment, so that the rules can later be learned from it.

Example
  ${context.self} wrong 4 --is ignore`,
    )
    .action((reference: string, flags: { is: string }) => correct(context, reference, toClass(flags.is)));
}

async function correct(context: CommandContext, reference: string, is: VerdictClass): Promise<void> {
  await withHome(context, { create: false }, async (home) => {
    const [threadId, ...also] = await resolveThreads(home.store, home.paths, reference);
    const verdicts = await loadVerdicts(home.store, [threadId, ...also]);
    const verdict = verdicts.get(threadId)?.verdict;
    if (verdict === undefined) {
      throw new StewardError("not_found", `${reference} was not judged yet, so it cannot be wrong.`, {
        cure: "Run steward digest first.",
      });
    }
    if (verdict.class === is) {
      context.terminal.out(`${reference} is ${classLabel(is)} already.\n`);
      return;
    }
    // Else the other thread about the same event would come up in its place.
    const messages = await threadMessageIds(home.store, [threadId, ...also]);
    for (const id of [threadId, ...also]) {
      const one = verdicts.get(id)?.verdict;
      if (one === undefined) continue;
      const itemIds = messages.get(id)?.map(({ itemId }) => itemId) ?? [];
      const { score, signals } = one;
      await home.store.write((tx) => addCorrection(tx, { threadId: id, was: one.class, is, score, signals, itemIds }));
    }
    context.terminal.out(
      `Noted: ${reference} is ${classLabel(is)}, not ${classLabel(verdict.class)}. Kept with its ${verdict.signals.length} signals.\n`,
    );
  });
}

function toClass(text: string): VerdictClass {
  const asked = text.trim().toLowerCase().replaceAll("-", "_").replaceAll(" ", "_");
  const found = verdictClasses.find((one) => one === asked) ?? synonyms[asked];
  if (found !== undefined) return found;
  throw new StewardError("usage", `There is no class "${text}".`, {
    cure: `Use one of: ${verdictClasses.join(", ")}.`,
  });
}
