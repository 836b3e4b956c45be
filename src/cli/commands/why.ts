import type { Command } from "commander";
import { StewardError } from "../../core/errors.ts";
import { forScreen } from "../../core/untrusted.ts";
import type { Signal } from "../../core/verdict.ts";
import { explainThread, type TriageRow } from "../../triage/read-digest.ts";
import type { CommandContext } from "../command-context.ts";
import { cardNamed } from "../door/find-card.ts";
import { withHome } from "../open-home.ts";
import { resolveThreads } from "../references.ts";
import { prepareTriage } from "../refresh-judgement.ts";
import { classLabel, paintClass } from "../render/class-label.ts";
import { jsonScreen } from "../render/json-screen.ts";
import { makePaint, type Paint } from "../render/paint.ts";
import { wrap } from "../render/width.ts";

const smallestShown = 0.05;

export function define(command: Command, context: CommandContext): void {
  command
    .argument(
      "<n...>",
      "number of an entry in the last digest, a thread as t17, an item as i45, a hit as s3; or card 3",
    )
    .description(
      "Why a thread is judged as it is: every signal with its reason, what speaks for and against attention. Or why a card is there.",
    )
    .option("--json", "print as JSON")
    .addHelpText(
      "after",
      `\nExamples\n  ${context.self} why 2\n  ${context.self} why t17\n  ${context.self} why card 3`,
    )
    .action(async (what: string[], flags: { json?: boolean }) => {
      const card = cardNamed(what);
      if (card !== null) {
        const { whyCard } = await import("../door/why-card.ts");
        return await whyCard(context, card, flags.json === true);
      }
      const [reference = "", ...more] = what;
      if (more.length > 0)
        throw new StewardError("usage", "One at a time.", { cure: `Run: ${context.self} why ${reference}` });
      await why(context, reference, flags.json === true);
    });
}

async function why(context: CommandContext, reference: string, json: boolean): Promise<void> {
  await withHome(context, { create: false }, async (home) => {
    const [threadId, ...also] = await resolveThreads(home.store, home.paths, reference);
    const reading = await prepareTriage(context, home);
    const row = await explainThread(home.store, reading, threadId);
    if (row === null) {
      throw new StewardError("not_found", `${reference} could not be judged: nothing in it has a date.`, {
        cure: `Read it: ${context.self} show t${threadId}`,
      });
    }
    if (json) {
      context.terminal.out(`${jsonScreen(row)}\n`);
      return;
    }
    const others = await Promise.all(also.map((id) => explainThread(home.store, reading, id)));
    const paint = makePaint(context.terminal.colour);
    const width = Math.min(context.terminal.columns, 78);
    const lines = rowLines(row, paint, width);
    for (const other of others) {
      if (other !== null) lines.push("", paint.dim("About the same event:"), ...rowLines(other, paint, width));
    }
    lines.push("", paint.dim(`show t${threadId} · wrong ${reference} --is CLASS`));
    context.terminal.out(`${lines.join("\n")}\n`);
  });
}

function rowLines(row: TriageRow, paint: Paint, width: number): string[] {
  const label = paintClass(paint, row.class, classLabel(row.class));
  const said = row.corrected ? ", because you said so" : row.ignoredAs === null ? "" : `, ignored as ${row.ignoredAs}`;
  const lines = [
    ...wrap(forScreen(row.title) || `Thread t${row.threadId}`, width).map(paint.bold),
    `${label}  urgency ${row.score.toFixed(2)} of 1${said}`,
  ];
  if (row.line !== "") lines.push(...wrap(`“${forScreen(row.line)}”`, width - 2).map((line) => `  ${line}`));
  return [...lines, "", ...signalLines(row.signals, paint, width)];
}

/** The strongest first; what weighs nothing is left out, unless it keeps the thread from being buried. */
function signalLines(signals: readonly Signal[], paint: Paint, width: number): string[] {
  const telling = signals.filter(({ weight, vetoes }) => vetoes || Math.abs(weight) >= smallestShown);
  if (telling.length === 0) return ["  No signal spoke for or against it."];
  return telling
    .sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight))
    .flatMap(({ reason, weight, vetoes }) => {
      const [first = "", ...more] = wrap(`${forScreen(reason)}${vetoes ? "; never buried" : ""}`, width - 8);
      return [`  ${signed(weight, paint)}  ${first}`, ...more.map((line) => `        ${line}`)];
    });
}

function signed(weight: number, paint: Paint): string {
  if (Math.abs(weight) < smallestShown) return " 0.0";
  return weight > 0 ? paint.green(`+${weight.toFixed(1)}`) : paint.yellow(`−${Math.abs(weight).toFixed(1)}`);
}
