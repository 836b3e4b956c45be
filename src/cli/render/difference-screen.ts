import { diffLines, withContext } from "../../core/line-diff.ts";
import type { Terminal } from "../terminal.ts";
import { makePaint } from "./paint.ts";
import { showText } from "./visible-text.ts";
import { wrap } from "./width.ts";

/** Two texts as a difference, with two lines of context; what cannot be seen is named. Contract: pure. */
export function differenceScreen({ colour, columns }: Terminal, before: string, after: string): string[] {
  const paint = makePaint(colour);
  const rows = (text: string): string[] => (text === "" ? [] : showText(text.replace(/\n+$/, "")));
  return withContext(diffLines(rows(before), rows(after)), 2).flatMap((row) => {
    if (row === null) return [paint.dim("  ⋮")];
    const mark = { both: " ", first: "-", second: "+" }[row.kind];
    const tint = { both: paint.dim, first: paint.red, second: paint.green }[row.kind];
    return wrap(row.text, Math.min(columns, 78) - 4).map((text) => tint(`  ${mark} ${text}`.trimEnd()));
  });
}

/** `+1 line`, `+3 -1 lines`. Contract: pure. */
export function differenceCount(before: string, after: string): string {
  const rows = diffLines(before.trimEnd().split("\n"), after.trimEnd().split("\n"));
  const more = rows.filter(({ kind }) => kind === "second").length;
  const less = rows.filter(({ kind }) => kind === "first").length;
  const parts = [...(more > 0 ? [`+${more}`] : []), ...(less > 0 ? [`-${less}`] : [])];
  return `${parts.length === 0 ? "0" : parts.join(" ")} ${more + less === 1 ? "line" : "lines"}`;
}
