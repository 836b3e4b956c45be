import { age, dayOf } from "../../core/times.ts";
import { forScreen } from "../../core/untrusted.ts";
import type { StoredCommitment } from "../../store/commitments.ts";
import type { CommandContext } from "../command-context.ts";
import { makePaint, type Paint } from "./paint.ts";
import { clip, displayWidth, padEnd, padStart } from "./width.ts";

/** Two short lists, yours first: number, who, the words, when it is due. */
export function commitmentsScreen(found: readonly StoredCommitment[], context: CommandContext, zone: string): string {
  const paint = makePaint(context.terminal.colour);
  if (found.length === 0) return "No open promises, neither yours nor to you.\n";
  const sections = [
    ["You promised", found.filter(({ by }) => by === "me")],
    ["Promised to you", found.filter(({ by }) => by === "them")],
  ] as const;
  const lines = sections.flatMap(([title, list]) =>
    list.length === 0 ? [] : [paint.bold(title), ...list.map((one) => line(one, context, zone, paint)), ""],
  );
  const hint = `commitments done N · commitments void N · show tN`;
  return `${[...lines, paint.dim(hint)].join("\n")}\n`;
}

function line(one: StoredCommitment, context: CommandContext, zone: string, paint: Paint): string {
  const nowMs = context.clock.now();
  const width = Math.min(context.terminal.columns, 78);
  const due = dueWords(one, zone, nowMs);
  const thread = `t${one.threadId}`.padEnd(5);
  const dueWidth = 14;
  const nameWidth = Math.max(8, Math.min(16, Math.floor(width / 4)));
  const head = `${padStart(String(one.id), 3)}  ${padEnd(forScreen(one.person).replace(/^(?:whatsapp|telegram|imessage):/, ""), nameWidth)}  `;
  const room = width - displayWidth(head) - dueWidth - thread.length - 3;
  const words = padEnd(`“${clip(forScreen(one.what), Math.max(8, room - 2))}”`, Math.max(10, room));
  const late = one.state === "overdue" || (one.dueAt !== null && Date.parse(one.dueAt) < nowMs && one.state === "open");
  return `${head}${words} ${late ? paint.red(padStart(due, dueWidth)) : paint.dim(padStart(due, dueWidth))}  ${paint.dim(thread.trimEnd())}`;
}

function dueWords(one: StoredCommitment, zone: string, nowMs: number): string {
  if (one.state === "done") return "kept";
  if (one.state === "void") return "void";
  if (one.dueAt === null) return `said ${age(one.promisedAt, nowMs)} ago`;
  const late = Date.parse(one.dueAt) < nowMs;
  return late ? `${age(one.dueAt, nowMs)} late` : `by ${dayOf(one.dueAt, zone, nowMs)}`;
}
