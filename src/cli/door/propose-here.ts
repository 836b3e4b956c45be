import type { ProposeStep } from "../../../approvals/door.ts";
import { StewardError } from "../../core/errors.ts";
import type { CommandContext } from "../command-context.ts";
import { jsonScreen } from "../render/json-screen.ts";
import { printBundle } from "./print-bundle.ts";
import type { HomeWithDoor } from "./with-door.ts";

/** Makes the cards of one request of the owner and shows them. `opened` are the threads it is about; `words` what they typed. */
export async function proposeHere(
  context: CommandContext,
  opened: HomeWithDoor,
  steps: readonly ProposeStep[],
  given: { words: string | null; openedThreads?: readonly number[]; json?: boolean; cure?: string },
): Promise<void> {
  const answer = await opened.door.propose(steps, {
    by: "owner",
    surface: "terminal",
    utterance: given.words,
    rule: null,
    itemsRead: [],
    openedThreads: [...(given.openedThreads ?? [])],
    callId: null,
  });
  if (answer.kind === "refused")
    throw new StewardError("usage", answer.text, { cure: given.cure ?? "Nothing was proposed." });
  if (given.json === true) context.terminal.out(`${jsonScreen(answer.bundle)}\n`);
  else printBundle(context, opened, answer.bundle);
}
