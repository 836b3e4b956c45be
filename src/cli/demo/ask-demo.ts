import { forScreen } from "../../core/untrusted.ts";
import type { CommandContext } from "../command-context.ts";
import { withDoor } from "../door/with-door.ts";
import { answerHere } from "../operator/answer-here.ts";
import { keepRequest } from "../operator/keep-request.ts";
import { runScreenOptions } from "../operator/run-screen-options.ts";
import { makePaint } from "../render/paint.ts";
import { outcomeLines } from "../render/run-screen.ts";
import { wrap } from "../render/width.ts";

/** What she asks for, as she would type it: an introduction, and what a letter changes. */
export const demoRequests: readonly string[] = [
  "introduce Tom to the recruiter I know, as Inès asked; tell her when it is out",
  "new licence plate: put it into my car document",
];

/** Has the demo's model work on her requests, by the code of `steward ask`, and shows what came of each. */
export async function askDemo(context: CommandContext): Promise<void> {
  const paint = makePaint(context.terminal.colour);
  const width = Math.min(context.terminal.columns, 78);
  for (const text of demoRequests) {
    for (const line of wrap(`She asks: “${text}”`, width)) context.terminal.out(`${paint.bold(forScreen(line))}\n`);
    await withDoor(context, async (opened) => {
      const job = await keepRequest(context, opened, { text, paths: [], threads: [], answers: null });
      const outcome = await answerHere(context, opened, job, { onEvent: () => undefined });
      const options = runScreenOptions(context, opened.home, outcome.text);
      context.terminal.out(`${outcomeLines(outcome, options, false).join("\n")}\n\n`);
    });
  }
}
