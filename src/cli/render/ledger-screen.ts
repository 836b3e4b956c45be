import { z } from "zod";
import { listWords } from "../../core/plural.ts";
import { dayOf, moment } from "../../core/times.ts";
import type { LedgerEntry } from "../../store/ledger.ts";
import type { Paint } from "./paint.ts";
import { showLine } from "./visible-text.ts";
import { padStart, wrap } from "./width.ts";

export interface LedgerScreenOptions {
  paint: Paint;
  width: number;
  zone: string;
  nowMs: number;
  /** Numbers of cards by their id. */
  numbers: ReadonlyMap<string, number>;
  /** Every entry with its hash and what it holds. */
  full: boolean;
}

const said = z.looseObject({
  title: z.string().optional().catch(undefined),
  by: z.string().optional().catch(undefined),
  friction: z.string().optional().catch(undefined),
  warnings: z.array(z.string()).optional().catch(undefined),
  receipt: z.string().optional().catch(undefined),
  kind: z.string().optional().catch(undefined),
  why: z.string().optional().catch(undefined),
  refusal: z.string().optional().catch(undefined),
  reason: z.string().optional().catch(undefined),
  action: z.string().optional().catch(undefined),
  cap: z.string().optional().catch(undefined),
  surface: z.string().optional().catch(undefined),
  more: z.number().optional().catch(undefined),
  happened: z.boolean().optional().catch(undefined),
  before: z.boolean().optional().catch(undefined),
  decidedBy: z.looseObject({ surface: z.string(), proof: z.string() }).optional().catch(undefined),
});

/** What was proposed, decided and done, a day a heading, oldest first. Contract: pure; every entry has its line. */
export function ledgerLines(entries: readonly LedgerEntry[], options: LedgerScreenOptions): string[] {
  const { paint, zone, nowMs } = options;
  const lines: string[] = [];
  let day = "";
  for (const entry of entries) {
    const there = dayOf(entry.at, zone, nowMs);
    if (there !== day) lines.push(...(day === "" ? [] : [""]), paint.bold(there));
    day = there;
    lines.push(...entryLines(entry, options));
  }
  return lines;
}

function entryLines(entry: LedgerEntry, options: LedgerScreenOptions): string[] {
  const { paint, width, zone, full } = options;
  const number = entry.cardId === null ? "" : `card ${options.numbers.get(entry.cardId) ?? "?"}`;
  const time = moment(entry.at, zone, Date.parse(entry.at));
  const head = `${padStart(String(entry.seq), 5)}  ${time}  ${number.padEnd(8)} `;
  const [first = "", ...more] = wrap(entryWords(entry), Math.max(16, width - head.length));
  const rest = more.map((line) => `${" ".repeat(head.length)}${line}`);
  const exact = full
    ? wrap(`${entry.hash}  ${showLine(JSON.stringify(entry.body))}`, Math.max(16, width - 7)).map((line) =>
        paint.dim(`       ${line}`),
      )
    : [];
  return [`${paint.dim(head)}${first}`, ...rest, ...exact];
}

/** One entry in words, from what it holds. */
export function entryWords({ kind, body }: LedgerEntry): string {
  const it = said.parse(body);
  const why = showLine(it.why ?? it.reason ?? "");
  const tail = why === "" ? "" : `: ${why}`;
  switch (kind) {
    case "proposed":
      return `proposed by ${it.by ?? "?"}: ${showLine(it.title ?? it.action ?? "")}${oddWords(it)}`;
    case "revised":
      return `changed: ${showLine(it.title ?? "a new revision, which asks again")}${oddWords(it)}`;
    case "decided":
      return `you decided: ${decisionWords(it.kind ?? "")}${tail}${byWords(it.decidedBy)}`;
    case "refused":
      return `refused ${showLine(it.action ?? "a proposal")}: ${showLine(it.refusal ?? "")}`;
    case "dropped":
      return `void${tail}`;
    case "prepared":
      return "prepared; nothing has left";
    case "committing":
      return "going out: from here on it counts as maybe done";
    case "done":
      return showLine(it.receipt ?? "done");
    case "failed":
      return `failed; nothing happened${tail}`;
    case "not_done":
      return `did not happen; it may be tried again${tail}`;
    case "unknown":
      return `nobody can tell whether it happened${tail}`;
    case "settled_by_owner":
      return `you say that it ${it.happened === true ? "happened" : "did not happen"}${byWords(it.decidedBy)}`;
    case "undoing":
      return `being undone${byWords(it.decidedBy)}`;
    case "undone":
      return it.before === true
        ? `taken back before it went out${byWords(it.decidedBy)}`
        : `undone${byWords(it.decidedBy)}`;
    case "undo_failed":
      return `could not be undone${tail}`;
    case "marked_done":
      return `you marked it done${byWords(it.decidedBy)}`;
    case "stopped":
      return `everything was stopped${tail}`;
    case "resumed":
      return `the stop was lifted${byWords(it.decidedBy)}`;
    case "policy":
      return `policy.yaml changed${tail}`;
    case "cap_lifted":
      return `you allowed ${it.more ?? "some"} more (${showLine(it.cap ?? "")})${byWords(it.decidedBy)}`;
    case "heard":
      return `you said something at the ${it.surface ?? "terminal"}; it is kept`;
  }
}

function oddWords({ friction, warnings }: z.output<typeof said>): string {
  const cost = friction === undefined ? "" : ` [${friction}]`;
  const odd = (warnings ?? []).map((code) => showLine(code).replaceAll("_", " "));
  return `${cost}${odd.length === 0 ? "" : ` ${listWords(odd)}`}`;
}

function decisionWords(kind: string): string {
  const words: Record<string, string> = {
    approve: "yes",
    reject: "no",
    later: "later",
    edit: "changed by you",
    policy: "yes, by policy",
    dictated: "yes, dictated",
    send_now: "send now",
  };
  return words[kind] ?? showLine(kind);
}

function byWords(by: { surface: string; proof: string } | undefined): string {
  if (by === undefined) return "";
  const how = by.proof === by.surface || by.proof === "terminal" ? "" : `, ${by.proof}`;
  return ` (${showLine(by.surface)}${showLine(how)})`;
}
