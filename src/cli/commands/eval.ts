import { readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Command } from "commander";
import { type EvalReport, evalReportSchema } from "../../agent/eval/eval-report.ts";
import { storiesSchema } from "../../agent/eval/score-stories.ts";
import { StewardError, toStewardError } from "../../core/errors.ts";
import type { Model } from "../../core/model.ts";
import { modelConfigSchema } from "../../core/model-config.ts";
import { runPass } from "../../triage/judge-with-model/run-pass.ts";
import type { CommandContext } from "../command-context.ts";
import { withEvalLife } from "../eval/eval-life.ts";
import { evalScreen } from "../eval/eval-screen.ts";
import { playStories, type StorySearch } from "../eval/play-stories.ts";
import { type EvalPlan, runEval } from "../eval/run-eval.ts";
import { withHome } from "../open-home.ts";
import { openModelHere } from "../open-model.ts";
import { prepareTriage } from "../refresh-judgement.ts";
import { jsonScreen } from "../render/json-screen.ts";

interface EvalFlags {
  model?: string;
  compare?: string;
  out?: string;
  drafts: string;
  json?: boolean;
}

export function define(command: Command, context: CommandContext): void {
  command
    .description("Measure rules and model on the demo life: verdicts, drafts, what it costs. Nothing is sent.")
    .option("--model <which>", "rules, scripted (plays a part, costs nothing), or configured: yours", "configured")
    .option("--drafts <n>", "answers to draft", "20")
    .option("--out <file>", "write the report as JSON")
    .option("--compare <file>", "show an earlier report beside it")
    .option("--json", "print the report as JSON")
    .addHelpText(
      "after",
      `
Class: precision / recall, beside what a careful person says of the demo life. What a model of yours is asked counts in your budget.

Examples
  ${context.self} eval --model scripted
  ${context.self} eval --out haiku.json
  ${context.self} eval --compare haiku.json`,
    )
    .action((flags: EvalFlags) => evaluate(context, flags));
}

async function evaluate(context: CommandContext, flags: EvalFlags): Promise<void> {
  const drafts = Number(flags.drafts);
  if (!Number.isInteger(drafts) || drafts < 0 || drafts > 200) {
    throw new StewardError("usage", `${flags.drafts} is not a number of drafts.`, { cure: "Give one from 0 to 200." });
  }
  const other = flags.compare === undefined ? null : await readReport(flags.compare);
  const report = await withModel(context, flags.model ?? "configured", (model, search) =>
    measure(context, { model, search }, drafts),
  );
  if (flags.out !== undefined) await writeFile(resolve(flags.out), `${JSON.stringify(report, null, 2)}\n`);
  const lines = flags.json === true ? [jsonScreen(report)] : evalScreen(report, other);
  context.terminal.out(`${lines.join("\n")}\n`);
}

async function readReport(file: string): Promise<EvalReport> {
  const text = await readFile(resolve(file), "utf8").catch((error: unknown) => {
    throw toStewardError(error, `reading ${file}`);
  });
  const parsed = evalReportSchema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw new StewardError("unreadable", `${file} is no report of steward eval.`, {
    cure: "Make one with: steward eval --out FILE",
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

async function measure(
  context: CommandContext,
  { model, search }: { model: Model | null; search: StorySearch },
  drafts: number,
): Promise<EvalReport> {
  const signal = context.takeInterrupts();
  const text = await readFile(join(context.checkout, "data", "demo", "stories.json"), "utf8");
  return await withEvalLife(context, (life) =>
    runEval(life, {
      model,
      judge: judgeAll(context, signal),
      drafts,
      playStories: (asked) =>
        playStories(context, storiesSchema.parse(JSON.parse(text)), { model: asked, search, signal }),
      signal,
    }),
  );
}

const mostPasses = 4;

/** A pass asks about so many; the demo life is small enough to ask about all of it. */
function judgeAll({ newId }: CommandContext, signal: AbortSignal): EvalPlan["judge"] {
  return async ({ context, home }, model) => {
    for (let pass = 0; pass < mostPasses; pass += 1) {
      const reading = await prepareTriage(context, home);
      const { asked, problem } = await runPass(home.store, reading, { model, runId: newId(), signal });
      if (problem !== null) throw new StewardError("unavailable", `The model did not judge: ${problem}`);
      if (asked === 0) return;
    }
  };
}

async function withModel<T>(
  context: CommandContext,
  which: string,
  work: (model: Model | null, search: StorySearch) => Promise<T>,
): Promise<T> {
  switch (which) {
    case "rules":
      return await work(null, null);
    case "scripted": {
      const { model, search } = await openScripted(context);
      return await work(model, search);
    }
    case "configured":
      return await withHome(context, { create: false }, async (home) => {
        const model = await openModelHere(context, home);
        if (model !== null) return await work(model, null);
        throw new StewardError("config", "No model is configured.", {
          cure: `Give one with: ${context.self} model   or run: ${context.self} eval --model scripted`,
        });
      });
    default:
      throw new StewardError("usage", `There is no --model ${which}.`, { cure: "Use rules, scripted or configured." });
  }
}

/** The emulated server in this process: no network, no money, always the same answers. */
async function openScripted(context: CommandContext): Promise<{ model: Model; search: StorySearch }> {
  const [{ createModelWorld }, { scenario }, { profiles }, { openModel }, { searchWeb }] = await Promise.all([
    import("../../emulators/model/model-world.ts"),
    import("../../emulators/model/scenario/scenario.ts"),
    import("../../emulators/model/profiles.ts"),
    import("../../model/open-model.ts"),
    import("../web/search-web.ts"),
  ]);
  const profile = { ...profiles.anthropic, models: "any" as const };
  const webPath = join(context.checkout, "data", "demo", "web.json");
  const world = createModelWorld({ policy: scenario(), profile, webPath });
  const id = "scripted-model";
  const baseUrl = "http://127.0.0.1:1";
  const config = modelConfigSchema.parse({
    baseUrl,
    roles: { judge: id, write: id, summarise: id },
    contextTokens: 100_000,
    prices: { [id]: { input: 0, output: 0 } },
  });
  // What is free needs no books.
  const books = { reserve: async () => null, settle: async () => undefined, caps: async () => null };
  const settings = { config, key: "scripted", zone: context.systemZone };
  const model = await openModel(settings, {
    fetch: world.fetch,
    clock: context.clock,
    newId: context.newId,
    books,
    cassettes: null,
  });
  const search: StorySearch = async (query, signal) => ({
    results: await searchWeb({ query, key: "scripted", baseUrl, model: id }, world.fetch, signal),
  });
  return { model, search };
}
