import type { Command } from "commander";
import { budgetLimits, toMicros } from "../../core/budget-limits.ts";
import { toInstant } from "../../core/clock.ts";
import { StewardError } from "../../core/errors.ts";
import { forScreen } from "../../core/untrusted.ts";
import { grantBudget, readBudget } from "../../store/budget.ts";
import { type ModelTotalsOfPurpose, sumModelCallsByPurpose } from "../../store/model-calls.ts";
import type { CommandContext } from "../command-context.ts";
import { type OpenHome, withHome } from "../open-home.ts";
import { jsonScreen } from "../render/json-screen.ts";
import { budgetLines, dollars } from "../render/model-screen.ts";

const mostUsd = 100;

export function define(command: Command, context: CommandContext): void {
  command
    .description("What models cost today and this month, and what they may.")
    .option("--json", "print as JSON")
    .addHelpText(
      "after",
      `
The limits are hard: no call is made that could go beyond them, and what needs no model goes on. They are in config.json
(model.budget). Prices are US dollars.

Examples
  ${context.self} budget
  ${context.self} budget allow 2`,
    )
    .action((flags: { json?: boolean }) => withHome(context, { create: false }, (home) => show(context, home, flags)));
  command
    .command("allow")
    .argument("<usd>", "how many dollars more, today")
    .description("Allow more than the day's and the month's limit, this once.")
    .action(async (usd: string) => {
      const amount = Number(usd.replace(/^\$/, ""));
      if (!(amount > 0 && amount <= mostUsd)) {
        throw new StewardError("usage", `"${usd}" is no amount up to ${mostUsd} dollars.`);
      }
      await withHome(context, { create: false }, async (home) => {
        await home.store.write((tx) => grantBudget(tx, toMicros(amount)));
        await show(context, home, {});
      });
    });
}

async function show(context: CommandContext, home: OpenHome, flags: { json?: boolean }): Promise<void> {
  const { terminal, clock } = context;
  const limits = budgetLimits(home.config.model.budget, home.config.zone, clock.now());
  const standing = await readBudget(home.store, limits, toInstant(clock.now()));
  const rows = await sumModelCallsByPurpose(home.store, limits.monthBeganAt);
  if (flags.json === true) {
    terminal.out(`${jsonScreen({ ...standing, unit: "micro-dollars", month_by_purpose: rows })}\n`);
    return;
  }
  for (const line of [...budgetLines(standing), ...table(rows)]) terminal.out(`${line}\n`);
}

function table(rows: readonly ModelTotalsOfPurpose[]): string[] {
  if (rows.length === 0) return [];
  const head = ["This month", "calls", "in", "from cache", "out", "cost"];
  const cells = rows.map((row) => [
    `${row.purpose}, ${forScreen(row.model)}`.slice(0, 34),
    String(row.calls),
    String(row.input + row.cacheWrite + row.cacheRead),
    String(row.cacheRead),
    String(row.output),
    row.unpriced === row.calls ? "no price" : dollars(row.costMicros),
  ]);
  const all = [head, ...cells];
  const widths = head.map((_, at) => Math.max(...all.map((row) => (row[at] ?? "").length)));
  return ["", ...all.map((row) => row.map((cell, at) => pad(cell, widths[at] ?? 0, at)).join("  "))];
}

function pad(cell: string, width: number, column: number): string {
  return column === 0 ? cell.padEnd(width) : cell.padStart(width);
}
