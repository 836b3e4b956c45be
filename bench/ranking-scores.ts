/** Area under the ROC curve: how often an answered message is scored above an unanswered one; ties count half. */
export function areaUnderCurve(scored: readonly { score: number; positive: boolean }[]): number {
  const sorted = scored.toSorted((a, b) => a.score - b.score);
  let rankSum = 0;
  for (let at = 0; at < sorted.length; ) {
    let end = at;
    while (end < sorted.length && sorted[end]?.score === sorted[at]?.score) end++;
    const rank = (at + end + 1) / 2;
    for (let index = at; index < end; index++) if (sorted[index]?.positive === true) rankSum += rank;
    at = end;
  }
  const positives = scored.filter((one) => one.positive).length;
  const negatives = scored.length - positives;
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}

/** Average precision: the mean of the precision at each answered message, best score first (ties in order of time). */
export function averagePrecision(scored: readonly { score: number; positive: boolean }[]): number {
  let found = 0;
  let sum = 0;
  for (const [index, one] of scored.toSorted((a, b) => b.score - a.score).entries()) {
    if (!one.positive) continue;
    found += 1;
    sum += found / (index + 1);
  }
  return found === 0 ? 0 : sum / found;
}

/** The best F1 over all cuts of the ranking. */
export function bestF1(scored: readonly { score: number; positive: boolean }[]): number {
  const positives = scored.filter((one) => one.positive).length;
  let found = 0;
  let best = 0;
  for (const [index, one] of scored.toSorted((a, b) => b.score - a.score).entries()) {
    if (one.positive) found += 1;
    best = Math.max(best, (2 * found) / (index + 1 + positives));
  }
  return best;
}
