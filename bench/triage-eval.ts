import { judgeThread } from "../src/triage/judge-thread.ts";
import { learnWeights } from "../src/triage/learn-weights.ts";
import { loadWeights, type Weights } from "../src/triage/weights.ts";
import type { BenchRow } from "./bench-row.ts";
import { dataFolder } from "./load-mailbox.ts";
import { type Case, hasPersona, loadPersona, type Persona } from "./persona-threads.ts";
import { areaUnderCurve, averagePrecision, bestF1 } from "./ranking-scores.ts";
import { benchContext, historyWeight, ownWeight, readJson, shippedPull, toExamples } from "./triage-data.ts";

/**
 * `node bench/triage-eval.ts [--json]`: how well the urgency score ranks what the owner really answered. Each persona is scored
 * with weights trained on the other two ("others"), and with these adapted to its own history ("own history": mail before the
 * cut only). The data's README gives the baseline's numbers but not its rule; `plain` is our reading of it: To 2, Cc 1, a question
 * mark 1, the owner's name 1.
 */
const published: Record<string, readonly [number, number]> = {
  mtk: [0.761, 0.351],
  branden: [0.846, 0.381],
  alx: [0.659, 0.554],
};
const names = ["mtk", "branden", "alx"];

interface Row {
  persona: string;
  rule: string;
  auc: number;
  ap: number;
  f1: number;
}

interface Measured {
  personas: Persona[];
  rows: Row[];
}

/** The ranking per persona and in the mean, beside the published baseline. One row says so when the data is not there. */
export async function benchTriage(): Promise<BenchRow[]> {
  const measured = await measure();
  if (measured === null)
    return [{ name: "triage: skipped", value: 0, unit: "", note: "no personas in a data folder (STEWARD_DATA)" }];
  const shown = [
    { rule: "baseline", note: "published with the data", rows: publishedRows() },
    { rule: "general weights", note: "trained on the other two", rows: ofRule(measured.rows, "others") },
    { rule: "own history", note: "adapted to mail before the cut", rows: ofRule(measured.rows, "own history") },
  ];
  return shown.flatMap(({ rule, note, rows }) => [
    ...rows.flatMap(({ persona, auc, ap }) => [
      { name: `triage: ${persona}, ${rule}, AUC`, value: auc, unit: "", note },
      { name: `triage: ${persona}, ${rule}, AP`, value: ap, unit: "", note },
    ]),
    { name: `triage: mean, ${rule}, AUC`, value: mean(rows.map((row) => row.auc)), unit: "", note },
    { name: `triage: mean, ${rule}, AP`, value: mean(rows.map((row) => row.ap)), unit: "", note },
  ]);
}

async function measure(): Promise<Measured | null> {
  const folder = dataFolder();
  if (folder === null || !names.every((name) => hasPersona(folder, name))) return null;
  const prior = loadWeights(readJson("weights-prior.json"));
  const personas: Persona[] = [];
  for (const name of names) personas.push(await loadPersona(folder, name));
  const rows = personas.flatMap((persona) => {
    const others = personas
      .filter((one) => one !== persona)
      .flatMap((one) => {
        const context = benchContext(one.owner, prior);
        return [...toExamples(one.cases, context, 1), ...toExamples(one.past, context, historyWeight)];
      });
    const general = learnWeights(prior, others, { pull: shippedPull });
    const past = toExamples(persona.past, benchContext(persona.owner, general), ownWeight);
    return [
      score(persona, "plain", (one) => plainRule(one, persona)),
      score(persona, "prior", judge(persona, prior)),
      score(persona, "others", judge(persona, general)),
      score(persona, "own history", judge(persona, learnWeights(general, past))),
    ];
  });
  return { personas, rows };
}

async function main(): Promise<void> {
  const measured = await measure();
  if (measured === null) {
    console.log("No data folder: set STEWARD_DATA. Nothing measured.");
    return;
  }
  print(measured.rows);
  if (!process.argv.includes("--json")) for (const persona of measured.personas) printClasses(persona);
}

function publishedRows(): { persona: string; auc: number; ap: number }[] {
  return Object.entries(published).map(([persona, [auc, ap]]) => ({ persona, auc, ap }));
}

function ofRule(rows: readonly Row[], rule: string): Row[] {
  return rows.filter((row) => row.rule === rule);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

/** How the shipped weights class the messages, with how many of each the owner really answered. */
function printClasses(persona: Persona): void {
  const context = benchContext(persona.owner);
  const classes = Map.groupBy(persona.cases, ({ view, nowMs }) => judgeThread(view, { ...context, nowMs }).class);
  const cells = [...classes].map(
    ([name, cases]) => `${name} ${cases.length} (${cases.filter((one) => one.replied).length})`,
  );
  console.log(`${persona.name}: ${cells.join(", ")}`);
}

function judge(persona: Persona, weights: Weights): (one: Case) => number {
  const context = benchContext(persona.owner, weights);
  return ({ view, nowMs }) => judgeThread(view, { ...context, nowMs }).score;
}

function plainRule({ addressed, item }: Case, { owner }: Persona): number {
  const text = String(item.text).toLowerCase();
  const named = owner.names.some((name) => text.includes(name));
  return (addressed === "to" ? 2 : addressed === "cc" ? 1 : 0) + (text.includes("?") ? 1 : 0) + (named ? 1 : 0);
}

function score(persona: Persona, rule: string, of: (one: Case) => number): Row {
  const scored = persona.cases.map((one) => ({ score: of(one), positive: one.replied }));
  return { persona: persona.name, rule, auc: areaUnderCurve(scored), ap: averagePrecision(scored), f1: bestF1(scored) };
}

function print(rows: readonly Row[]): void {
  if (process.argv.includes("--json")) {
    console.log(JSON.stringify(rows));
    return;
  }
  const line = (rule: string, cells: readonly string[]) =>
    console.log(rule.padEnd(14) + cells.map((cell) => cell.padStart(16)).join(""));
  line("AUC / AP", [...names, "mean AUC"]);
  line("README", [
    ...names.map((name) => (published[name] ?? [0, 0]).map((value) => value.toFixed(3)).join(" / ")),
    "0.755",
  ]);
  for (const rule of new Set(rows.map((row) => row.rule))) {
    const own = ofRule(rows, rule);
    const cells = own.map((row) => `${row.auc.toFixed(3)} / ${row.ap.toFixed(3)}`);
    line(rule, [...cells, mean(own.map((row) => row.auc)).toFixed(3)]);
  }
}

if (import.meta.main) await main();
