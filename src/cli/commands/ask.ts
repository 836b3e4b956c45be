import { existsSync, statSync } from "node:fs";
import type { Command } from "commander";
import { errorExitCodes, StewardError } from "../../core/errors.ts";
import type { AskJob } from "../../core/run.ts";
import type { CommandContext } from "../command-context.ts";
import { type HomeWithDoor, withDoor } from "../door/with-door.ts";
import { answerHere } from "../operator/answer-here.ts";
import { findRun } from "../operator/find-run.ts";
import { keepRequest } from "../operator/keep-request.ts";
import { progressPrinter } from "../operator/progress-printer.ts";
import { runScreenOptions } from "../operator/run-screen-options.ts";
import { resolveThreads } from "../references.ts";
import { jsonScreen } from "../render/json-screen.ts";
import { outcomeLines } from "../render/run-screen.ts";

interface AskFlags {
  thread: string[];
  file: string[];
  on?: string;
  json?: boolean;
}

export function define(command: Command, context: CommandContext): void {
  const collect = (value: string, before: string[]): string[] => [...before, value];
  command
    .argument("<words...>", "what you want, in your own words; paths of files among them are given along")
    .description("Ask for something. It is answered, or becomes cards; nothing happens before your yes.")
    .option("--thread <n>", "what it is about: an entry of the digest, or t17; may be repeated", collect, [])
    .option("--file <path>", "a file to give along; may be repeated", collect, [])
    .option("--on <run>", "go on from this request, or answer its question")
    .option("--json", "the outcome as JSON")
    .addHelpText(
      "after",
      `
Ctrl-C cancels it. A running steward works on it; where none runs, this command does.

Examples
  ${context.self} ask "what did I promise last week, and to whom?"
  ${context.self} ask "find an hour with Ana and Tom next week" --thread 3
  ${context.self} ask "new licence plate" plate.jpg`,
    )
    .action((words: string[], flags: AskFlags) => ask(context, words, flags));
}

async function ask(context: CommandContext, given: readonly string[], flags: AskFlags): Promise<void> {
  const paths = [...given.filter(isFile), ...flags.file];
  const text = given
    .filter((word) => !isFile(word))
    .join(" ")
    .trim();
  if (text === "") throw new StewardError("usage", "Say what should be done with it.");
  await withDoor(context, async (opened) => {
    const job = await keep(context, opened, { text, paths, flags });
    const isJson = flags.json === true;
    const progress = progressPrinter(context, isJson);
    const outcome = await answerHere(context, opened, job, progress);
    progress.end();
    if (isJson) context.terminal.out(`${jsonScreen(outcome)}\n`);
    else {
      const options = { ...runScreenOptions(context, opened.home, outcome.text), citations: progress.citations };
      context.terminal.out(`${outcomeLines(outcome, options, progress.isTextShown()).join("\n")}\n`);
    }
    if (outcome.state === "failed") context.endWith(errorExitCodes.unavailable);
    if (outcome.state === "cancelled") context.endWith(errorExitCodes.interrupted);
  });
}

async function keep(
  context: CommandContext,
  opened: HomeWithDoor,
  { text, paths, flags }: { text: string; paths: readonly string[]; flags: AskFlags },
): Promise<AskJob> {
  const { store, paths: homePaths } = opened.home;
  const threads: number[] = [];
  for (const name of flags.thread) threads.push(...(await resolveThreads(store, homePaths, name)));
  const answers = flags.on === undefined ? null : (await findRun(store, flags.on)).id;
  return await keepRequest(context, opened, { text, paths, threads, answers });
}

function isFile(word: string): boolean {
  return word.length < 1000 && !word.includes("\n") && existsSync(word) && statSync(word).isFile();
}
