import type { ClassScore, EvalReport } from "../../agent/eval/eval-report.ts";
import { forScreen } from "../../core/untrusted.ts";

/** One report, or two beside each other: lines for a terminal of 78 columns. Contract: pure. */
export function evalScreen(report: EvalReport, other: EvalReport | null): string[] {
  const columns: Column[] = [
    { head: "rules", classes: report.rules, report: null },
    { head: nameOf(report), classes: report.judged, report },
    ...(other === null ? [] : [{ head: nameOf(other), classes: other.judged, report: other }]),
  ].filter(({ classes }) => classes !== null);
  return [
    row(
      "",
      columns.map(({ head }) => head),
    ),
    ...report.rules.flatMap(({ class: name, meant }) =>
      meant === 0
        ? []
        : [
            row(
              `${name} (${meant})`,
              columns.map(({ classes }) => scoreText(classes?.find((one) => one.class === name))),
            ),
          ],
    ),
    "",
    ...countRows(columns),
    ...storyRows(columns),
  ];
}

interface Column {
  head: string;
  classes: readonly ClassScore[] | null;
  report: EvalReport | null;
}

function nameOf({ models }: EvalReport): string {
  return models.length === 0 ? "no model" : forScreen(models.join("+"));
}

/** Precision and recall, as `0.91 / 0.97`. */
function scoreText(score: ClassScore | undefined): string {
  return score === undefined ? "" : `${score.precision.toFixed(2)} / ${score.recall.toFixed(2)}`;
}

function countRows(columns: readonly Column[]): string[] {
  const reports = columns.map(({ report }) => report);
  const line = (label: string, value: (report: EvalReport) => string): string =>
    row(
      label,
      reports.map((report) => (report === null ? "" : value(report))),
    );
  const codes = [...new Set(reports.flatMap((report) => Object.keys(report?.drafts?.problems ?? {})))].toSorted();
  const hasDrafts = reports.some((report) => report?.drafts != null);
  const drafts = [
    line("drafts asked for", ({ drafts: one }) => String(one?.asked ?? "")),
    line("  of threads to answer", ({ drafts: one }) => String(one?.meant ?? "")),
    line("  proposed", ({ drafts: one }) => String(one?.proposed ?? "")),
    line("  recipients kept", ({ drafts: one }) => String(one?.recipientsKept ?? "")),
    line("  nothing to answer", ({ drafts: one }) => String(one?.nothing ?? "")),
    line("  dropped, failed", ({ drafts: one }) => (one == null ? "" : `${one.dropped}, ${one.failed}`)),
    ...codes.map((code) =>
      line(`  first: ${code.replaceAll("_", " ")}`, ({ drafts: one }) => String(one?.problems[code] ?? 0)),
    ),
  ];
  const cost = [
    line("calls", (one) => String(one.cost.calls)),
    line("tokens in", ({ cost: one }) => String(one.input + one.cacheWrite + one.cacheRead)),
    line("  from a cache", (one) => String(one.cost.cacheRead)),
    line("tokens out", (one) => String(one.cost.output)),
    line("US dollars", (one) => (one.cost.usd === null ? "unknown" : one.cost.usd.toFixed(4))),
  ];
  return reports.every((report) => report === null) ? [] : [...(hasDrafts ? drafts : []), ...cost];
}

function storyRows(columns: readonly Column[]): string[] {
  const reports = columns.map(({ report }) => report);
  const names = [...new Set(reports.flatMap((report) => report?.stories?.map(({ name }) => name) ?? []))];
  const told = names.map((name) =>
    row(
      `  ${name}`,
      reports.map((report) => {
        const story = report?.stories?.find((one) => one.name === name);
        return story === undefined ? "" : story.passed ? "yes" : "no";
      }),
    ),
  );
  const why = reports.flatMap((report) =>
    (report?.stories ?? []).flatMap(({ name, why: text }) => (text === "" ? [] : [`  ${name}: ${forScreen(text)}`])),
  );
  const success = row(
    "stories that end as meant",
    reports.map((report) => {
      const stories = report?.stories ?? [];
      return stories.length === 0 ? "" : `${stories.filter(({ passed }) => passed).length} of ${stories.length}`;
    }),
  );
  return names.length === 0 ? [] : [success, ...told, ...why];
}

const labelWidth = 28;
const columnWidth = 16;

function row(label: string, cells: readonly string[]): string {
  return `${label.padEnd(labelWidth)}${cells.map((cell) => cell.slice(0, columnWidth).padStart(columnWidth)).join(" ")}`.trimEnd();
}
