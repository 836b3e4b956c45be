import { type VerdictClass, verdictClasses } from "../../core/verdict.ts";
import type { ClassScore } from "./eval-report.ts";

/** What a careful person says of one thread. */
export interface ThreadTruth {
  class: VerdictClass;
  alsoRight: readonly VerdictClass[];
}

/** Whether they would accept this class. */
export function isRight(said: VerdictClass, truth: ThreadTruth): boolean {
  return said === truth.class || truth.alsoRight.includes(said);
}

/** Precision and recall of each class. Contract: pure; a class nobody said or meant scores 1. */
export function scoreClasses(pairs: readonly { said: VerdictClass; truth: ThreadTruth }[]): ClassScore[] {
  const shareOf = (some: typeof pairs): number =>
    some.length === 0 ? 1 : some.filter(({ said, truth }) => isRight(said, truth)).length / some.length;
  return verdictClasses.map((name) => {
    const said = pairs.filter((pair) => pair.said === name);
    const meant = pairs.filter(({ truth }) => truth.class === name);
    return { class: name, said: said.length, precision: shareOf(said), meant: meant.length, recall: shareOf(meant) };
  });
}
