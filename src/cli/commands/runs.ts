import type { Command } from "commander";
import { readTrace } from "../../agent/runs/read-trace.ts";
import { readOutcome } from "../../agent/runs/run-request.ts";
import { StewardError } from "../../core/errors.ts";
import { cancelRun, listRuns } from "../../store/runs.ts";
import type { CommandContext } from "../command-context.ts";
import { type OpenHome, withHome } from "../open-home.ts";
import { findRun } from "../operator/find-run.ts";
import { runScreenOptions } from "../operator/run-screen-options.ts";
import { jsonScreen } from "../render/json-screen.ts";
import { outcomeLines, runListLines, shortId, traceLines } from "../render/run-screen.ts";

interface RunsFlags {
  json?: boolean;
  limit: string;
}

export function define(command: Command, context: CommandContext): void {
  command
    .argument("[what]", "show or cancel")
    .argument("[id]", "the run, or the end of its id")
    .description("What you asked for, newest first; one run with all it did and cost; or stop one.")
    .option("--json", "as JSON")
    .option("--limit <n>", "how many", "20")
    .action((what: string | undefined, id: string | undefined, flags: RunsFlags) => runs(context, what, id, flags));
}

async function runs(
  context: CommandContext,
  what: string | undefined,
  id: string | undefined,
  flags: RunsFlags,
): Promise<void> {
  await withHome(context, { create: false }, async (home) => {
    if (what === undefined) return await list(context, home, flags);
    if (what !== "show" && what !== "cancel") throw usage(context);
    if (id === undefined) throw usage(context);
    if (what === "show") await show(context, home, id, flags);
    else await cancel(context, home, id);
  });
}

function usage({ self }: CommandContext): StewardError {
  return new StewardError("usage", "Say which run.", {
    cure: `${self} runs, ${self} runs show ID, ${self} runs cancel ID`,
  });
}

async function list(context: CommandContext, home: OpenHome, flags: RunsFlags): Promise<void> {
  const limit = Math.min(500, Math.max(1, Number.parseInt(flags.limit, 10) || 20));
  const found = await listRuns(home.store, { limit });
  if (flags.json === true) context.terminal.out(`${jsonScreen(found)}\n`);
  else context.terminal.out(`${runListLines(found, runScreenOptions(context, home)).join("\n")}\n`);
}

async function show(context: CommandContext, home: OpenHome, id: string, flags: RunsFlags): Promise<void> {
  const run = await findRun(home.store, id);
  const trace = await readTrace(home.store, run.id);
  if (trace === null) throw new StewardError("not_found", "There is no such run.");
  if (flags.json === true) {
    context.terminal.out(`${jsonScreen(trace)}\n`);
    return;
  }
  const ended = await readOutcome(home.store, run);
  const screen = runScreenOptions(context, home, ended.text);
  const outcome = outcomeLines(ended, screen, false);
  context.terminal.out(`${[...traceLines(trace, screen), "", ...outcome].join("\n")}\n`);
}

async function cancel(context: CommandContext, home: OpenHome, id: string): Promise<void> {
  const run = await findRun(home.store, id);
  const isStopped = await home.store.write((tx) => cancelRun(tx, run.id));
  context.terminal.out(
    isStopped ? `Cancelled ${shortId(run.id)}. Cards made until now stay.\n` : "It has ended already.\n",
  );
}
