/** One measured number. `unit` is what `value` counts; `note` says beside what, or how, in a few words. */
export interface BenchRow {
  name: string;
  value: number;
  unit: string;
  note: string;
}

/** The middle of a list of measurements; 0 for none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}
