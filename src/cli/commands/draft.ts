import type { Command } from "commander";
import type { BundleView } from "../../../approvals/door.ts";
import { draftNow } from "../../agent/drafting/draft-replies.ts";
import { StewardError } from "../../core/errors.ts";
import { forScreen } from "../../core/untrusted.ts";
import { getProposal } from "../../store/proposals.ts";
import { getThread } from "../../store/thread-views.ts";
import { currentVerdicts } from "../../triage/current-verdicts.ts";
import type { CommandContext } from "../command-context.ts";
import { printBundle } from "../door/print-bundle.ts";
import { takeInHere } from "../door/take-in-here.ts";
import { type HomeWithDoor, withDoor } from "../door/with-door.ts";
import { draftDeps } from "../drafting/draft-deps.ts";
import { openModelHere } from "../open-model.ts";
import { resolveReference } from "../references.ts";
import { prepareTriage } from "../refresh-judgement.ts";
import { jsonScreen } from "../render/json-screen.ts";

export function define(command: Command, context: CommandContext): void {
  command
    .argument("<thread>", "2 (entry of the last digest), t17 (thread), i45 (message), s3 (hit of the last search)")
    .description("Have the model draft an answer now. It becomes a card; nothing goes out before your yes.")
    .option("--json", "print the card as JSON")
    .addHelpText(
      "after",
      `\nExamples\n  ${context.self} draft 3\n  ${context.self} draft t17\n\nIn your own words: ${context.self} reply 3`,
    )
    .action((thread: string, flags: { json?: boolean }) => draft(context, thread, flags));
}

async function draft(context: CommandContext, reference: string, flags: { json?: boolean }): Promise<void> {
  const signal = context.takeInterrupts();
  await withDoor(context, async (opened) => {
    const { home } = opened;
    const { threadId } = await resolveReference(home.store, home.paths, reference);
    const info = threadId === null ? null : await getThread(home.store, threadId);
    if (info === null) throw new StewardError("not_found", `${reference} is in no conversation.`);
    const model = await openModelHere(context, home);
    if (model === null)
      throw new StewardError("config", "There is no model that could draft it.", {
        cure: `Give one with: ${context.self} model   or write it yourself: ${context.self} reply ${reference}`,
      });
    const { setting, nowMs } = await prepareTriage(context, home);
    const { threads } = await currentVerdicts(home.store, setting, [info], nowMs);
    const [thread] = threads;
    if (thread === undefined) throw new StewardError("not_found", `There is nothing in ${reference} to answer.`);
    const drafted = await draftNow(await draftDeps(context, home, { model, signal }), thread);
    if (drafted.bundleId === null) {
      const why = drafted.notes.map(({ text, values }) => forScreen([text, ...values].join(" "))).join(" ");
      context.terminal.out(
        `${drafted.outcome === "nothing" ? "There is nothing to answer" : "No draft passed the checks"}. ${why}\n`,
      );
      return;
    }
    const bundle = await cardsOf(context, opened, { bundleId: drafted.bundleId, proposalId: drafted.proposalId ?? "" });
    if (flags.json === true) context.terminal.out(`${jsonScreen(bundle)}\n`);
    else printBundle(context, opened, bundle);
  });
}

const tries = 25;
const tryAgainMs = 200;

/** The door makes the card, here or where `steward start` runs. */
async function cardsOf(
  context: CommandContext,
  opened: HomeWithDoor,
  { bundleId, proposalId }: { bundleId: string; proposalId: string },
): Promise<BundleView> {
  for (let left = tries; left > 0; left -= 1) {
    await takeInHere(context, opened);
    const bundle = await opened.door.bundle(bundleId);
    if (bundle !== null) return bundle;
    const refusal = (await getProposal(opened.home.store, proposalId))?.refusal ?? null;
    if (refusal !== null) throw new StewardError("usage", refusal, { cure: "Nothing was proposed." });
    await context.clock.sleep(tryAgainMs);
  }
  throw new StewardError("unavailable", "The draft is kept and waits for the door.", {
    cure: `Look a little later with: ${context.self} cards`,
  });
}
