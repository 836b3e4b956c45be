import { type VerdictClass, verdictClasses } from "../../src/core/verdict.ts";
import type { Truth } from "../../src/emulators/world/truth.ts";
import type { TriageRow } from "../../src/triage/read-digest.ts";
import type { DemoLife } from "./demo-life.ts";

export interface Scored {
  truth: Truth["threads"][number];
  row: TriageRow;
  right: boolean;
}

/** Pairs every statement of the truth with the verdict on its thread; a thread that holds several is scored once, as its mail. */
export function scoreTruth(
  life: DemoLife,
  truth: Truth,
  rows: readonly TriageRow[],
): { scored: Scored[]; unplaced: string[] } {
  const byId = new Map(rows.map((row) => [row.threadId, row]));
  const seen = new Set<number>();
  const scored: Scored[] = [];
  const unplaced: string[] = [];
  for (const one of truth.threads) {
    const row = findRow(life, one.ref, rows, byId);
    if (row === undefined) {
      unplaced.push(JSON.stringify(one.ref));
      continue;
    }
    if (seen.has(row.threadId)) continue;
    seen.add(row.threadId);
    scored.push({ truth: one, row, right: row.class === one.class || one.alsoRight.includes(row.class) });
  }
  return { scored, unplaced };
}

function findRow(
  life: DemoLife,
  ref: Truth["threads"][number]["ref"],
  rows: readonly TriageRow[],
  byId: ReadonlyMap<number, TriageRow>,
): TriageRow | undefined {
  if ("chat" in ref) {
    const at = ref.chat.indexOf(":");
    return rows.find((row) => row.channel === ref.chat.slice(0, at) && row.title === ref.chat.slice(at + 1));
  }
  const key =
    "mail" in ref
      ? `mid:${ref.mail.replace(/^<|>$/g, "")}`
      : "event" in ref
        ? `uid:${ref.event}`
        : `file:${life.exports}/${ref.document}`;
  return byId.get(life.threadOfKey(key) ?? -1);
}

export interface ClassScore {
  class: VerdictClass;
  said: number;
  precision: number;
  meant: number;
  recall: number;
}

/** Precision (of what was said, how much a person would accept) and recall (of what was meant, how much was found) per class. */
export function scoreClasses(scored: readonly Scored[]): ClassScore[] {
  return verdictClasses.map((name) => {
    const said = scored.filter(({ row }) => row.class === name);
    const meant = scored.filter(({ truth }) => truth.class === name);
    return {
      class: name,
      said: said.length,
      precision: share(said),
      meant: meant.length,
      recall: share(meant),
    };
  });
}

function share(some: readonly Scored[]): number {
  return some.length === 0 ? 1 : some.filter(({ right }) => right).length / some.length;
}

export function formatScores(scores: readonly ClassScore[]): string {
  const line = (one: ClassScore): string =>
    `${one.class.padEnd(9)} said ${String(one.said).padStart(3)}  precision ${one.precision.toFixed(2)}   meant ${String(one.meant).padStart(3)}  recall ${one.recall.toFixed(2)}`;
  return scores.map(line).join("\n");
}
