import { StewardError } from "../../core/errors.ts";
import { type AskJob, askJobSchema } from "../../core/run.ts";
import { leaveAsk } from "../../store/leave-ask.ts";
import { isOfferedChoice } from "../../store/offered-choice.ts";
import type { CommandContext } from "../command-context.ts";
import { keepFiles } from "../door/keep-files.ts";
import type { HomeWithDoor } from "../door/with-door.ts";

/**
 * Keeps a request typed in the terminal, and leaves it for whoever works on it. The words are kept by the door first: only what it
 * heard counts as the owner's. `answers` is the run it goes on from. Errors: `usage` for too much, those of reading the files.
 */
export async function keepRequest(
  context: CommandContext,
  { home, door }: HomeWithDoor,
  given: { text: string; paths: readonly string[]; threads: number[]; answers: string | null },
): Promise<AskJob> {
  const { text, threads, answers } = given;
  const files = await keepFiles(door, given.paths);
  const runId = context.newId();
  const isOffered = await isOfferedChoice(home.store, answers, text);
  const wordsId = await door.hear(text, "terminal", runId, isOffered);
  const job = askJobSchema.safeParse({ runId, wordsId, text, surface: "terminal", files, threads, answers });
  if (!job.success)
    throw new StewardError("usage", "That is too long, or too many files or threads.", { cause: job.error });
  await home.store.write((tx) => leaveAsk(tx, job.data));
  return job.data;
}
