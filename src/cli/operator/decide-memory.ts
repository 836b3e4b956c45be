import { decideCandidate, waitingCandidate } from "../../agent/memory/consolidate.ts";
import { acceptProposal, type MemoryPlace } from "../../agent/memory/remember.ts";
import { StewardError } from "../../core/errors.ts";
import { forScreen } from "../../core/untrusted.ts";
import { decideMemoryProposal, getMemoryProposal, type MemoryProposal } from "../../store/memory-proposals.ts";
import type { CommandContext } from "../command-context.ts";
import { differenceScreen } from "../render/difference-screen.ts";
import { showText } from "../render/visible-text.ts";
import { ownerYes } from "./owner-yes.ts";

/** Shows a proposal, or the tidied memory as a difference, and keeps it after the owner's yes. */
export async function acceptMemory(
  context: CommandContext,
  place: MemoryPlace,
  which: string,
  yes: boolean,
): Promise<void> {
  if (which === "candidate") return acceptCandidate(context, place, yes);
  const { number, text, why, itemIds } = await findProposal(context, place, which);
  const from = itemIds.length === 0 ? "" : ` It was written after reading ${itemIds.map((id) => `#${id}`).join(", ")}.`;
  context.terminal.out(`${showText(text).join("\n")}\n\nAsked because ${forScreen(why)}.${from}\n`);
  const cure = `${context.self} memory accept ${number} --yes`;
  if (!(await ownerYes(context, { yes, question: "Remember this?", cure }))) return;
  const name = await acceptProposal(place, number);
  if (name === null) throw gone(context);
  context.terminal.out(`Kept as ${name}.\n`);
}

async function acceptCandidate(context: CommandContext, place: MemoryPlace, yes: boolean): Promise<void> {
  const candidate = await waitingCandidate(place);
  if (candidate === null) throw gone(context);
  const { id, before, after } = candidate;
  context.terminal.out(`${differenceScreen(context.terminal, before, after).join("\n")}\n\n`);
  const cure = `${context.self} memory accept candidate --yes`;
  if (!(await ownerYes(context, { yes, question: "Let memory be like this?", cure }))) return;
  if (!(await decideCandidate(place, id, true))) throw gone(context);
  context.terminal.out("Memory is like this now.\n");
}

export async function rejectMemory(context: CommandContext, place: MemoryPlace, which: string): Promise<void> {
  const isDone =
    which === "candidate"
      ? await rejectCandidate(place)
      : await rejectProposal(place, await findProposal(context, place, which));
  if (!isDone) throw gone(context);
  context.terminal.out("Rejected. Nothing was changed.\n");
}

async function rejectCandidate(place: MemoryPlace): Promise<boolean> {
  const candidate = await waitingCandidate(place);
  return candidate !== null && (await decideCandidate(place, candidate.id, false));
}

function rejectProposal({ store }: MemoryPlace, { number }: MemoryProposal): Promise<boolean> {
  return store.write((tx) => decideMemoryProposal(tx, number, "rejected"));
}

async function findProposal(context: CommandContext, { store }: MemoryPlace, which: string): Promise<MemoryProposal> {
  if (!/^\d{1,9}$/.test(which)) throw new StewardError("usage", "It is a number, or the word candidate.");
  const proposal = await getMemoryProposal(store, Number(which));
  if (proposal === null || proposal.state !== "waiting") throw gone(context);
  return proposal;
}

function gone(context: CommandContext): StewardError {
  return new StewardError("not_found", "That does not wait for you (any more).", {
    cure: `See what does: ${context.self} memory`,
  });
}
