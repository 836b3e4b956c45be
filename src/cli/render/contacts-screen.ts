import { plural } from "../../core/plural.ts";
import { forScreen } from "../../core/untrusted.ts";
import type { ContactChange, ContactConflict, MergedContacts } from "../../formats/contacts/merge-contacts.ts";
import type { CommandContext } from "../command-context.ts";
import { makePaint } from "./paint.ts";
import { wrap } from "./width.ts";

const listed = 40;

/** contacts.csv beside its Sheet on one screen: what the Sheet changed, what waits to be written there, conflicts. */
export function contactsLines(merged: MergedContacts, context: CommandContext): string[] {
  const paint = makePaint(context.terminal.colour);
  const width = Math.min(context.terminal.columns, 78);
  const { take, wait, conflicts } = merged;
  if (take.length + wait.length + conflicts.length === 0) {
    return [`contacts.csv and the Sheet say the same: ${plural(merged.rows.length, "contact")}.`];
  }
  const lines: string[] = [];
  if (take.length > 0) {
    lines.push(paint.bold(`Changed in the Sheet (${take.length})`), ...changeLines(take, context));
    lines.push(...wrap(`Take them into contacts.csv: ${context.self} contacts take`, width).map(paint.dim), "");
  }
  if (wait.length > 0) {
    lines.push(paint.bold(`Changed in contacts.csv, waiting to be written to the Sheet (${wait.length})`));
    lines.push(...changeLines(wait, context));
    lines.push(...wrap("Steward cannot write to Google yet; they wait here.", width).map(paint.dim), "");
  }
  if (conflicts.length > 0) {
    lines.push(paint.bold(`Conflicts (${conflicts.length})`), ...conflictLines(conflicts, context));
    const cure = "Nothing of these was changed. Make both sides say the same, in contacts.csv or in the Sheet.";
    lines.push(...wrap(cure, width).map(paint.dim), "");
  }
  return lines.slice(0, -1);
}

/** Changes with + for a new row, - for one that goes, ~ for a cell. */
export function changeLines(changes: readonly ContactChange[], context: CommandContext): string[] {
  const paint = makePaint(context.terminal.colour);
  const width = Math.min(context.terminal.columns, 78);
  const lines = changes.slice(0, listed).flatMap((change) => {
    const [mark, words] = changeWords(change);
    const colour = mark === "+" ? paint.green : mark === "-" ? paint.red : paint.yellow;
    const known = change.makesKnown.map(({ value }) => forScreen(value));
    const told = known.length === 0 ? [] : [`    makes known: ${known.join(", ")}`];
    const wrapped = wrap(words, width - 4).map((line, at) => (at === 0 ? `  ${colour(mark)} ${line}` : `    ${line}`));
    return [...wrapped, ...told];
  });
  return changes.length > listed ? [...lines, paint.dim(`  and ${changes.length - listed} more`)] : lines;
}

function changeWords(change: ContactChange): ["+" | "-" | "~", string] {
  const name = forScreen(change.name) || "(no name)";
  if (change.kind === "edit") {
    return ["~", `${name}, ${forScreen(change.column)}: ${quoted(change.from)} becomes ${quoted(change.to)}`];
  }
  const others = [...change.cells].flatMap(([key, value]) => (key === "name" || key === "steward_id" ? [] : [value]));
  return [change.kind === "add" ? "+" : "-", [name, ...others.map((value) => forScreen(value))].join(", ")];
}

const conflictWords: Record<ContactConflict["kind"], string> = {
  cell: "changed on both sides",
  row: "deleted on one side, changed on the other",
  perhaps_same: "one person with another address, or two of one name?",
  unclear: "several rows share an address or number; which is which?",
};

function conflictLines(conflicts: readonly ContactConflict[], context: CommandContext): string[] {
  const paint = makePaint(context.terminal.colour);
  const width = Math.min(context.terminal.columns, 78);
  const lines = conflicts.slice(0, listed).flatMap(({ kind, name, column, here, there }) => {
    const title = [forScreen(name) || "(no name)", forScreen(column)].filter((word) => word !== "").join(", ");
    const sides = kind === "unclear" ? [] : [`contacts.csv: ${quoted(here)}`, `the Sheet:    ${quoted(there)}`];
    return [
      ...wrap(`${title}: ${conflictWords[kind]}`, width - 4).map(
        (line, at) => `  ${at === 0 ? paint.red("!") : " "} ${line}`,
      ),
      ...sides.flatMap((side) => wrap(side, width - 6).map((line) => `      ${line}`)),
    ];
  });
  return conflicts.length > listed ? [...lines, paint.dim(`  and ${conflicts.length - listed} more`)] : lines;
}

function quoted(text: string): string {
  return text === "" ? "nothing" : `“${forScreen(text)}”`;
}
