/** One line of a difference: in both, only in the first, only in the second. */
export interface DiffLine {
  kind: "both" | "first" | "second";
  text: string;
}

/** Above this the middle is shown as replaced: a person does not read more, and time would grow with the square. */
const cellLimit = 4_000_000;

/** The difference of two texts, line by line, with the longest common rows kept. Contract: pure. */
export function diffLines(first: readonly string[], second: readonly string[]): DiffLine[] {
  let start = 0;
  while (start < first.length && start < second.length && first[start] === second[start]) start += 1;
  let end = 0;
  const shorter = Math.min(first.length, second.length) - start;
  while (end < shorter && first.at(-1 - end) === second.at(-1 - end)) end += 1;
  const a = first.slice(start, first.length - end);
  const b = second.slice(start, second.length - end);
  const both = (text: string): DiffLine => ({ kind: "both", text });
  const middle = a.length * b.length > cellLimit ? replaced(a, b) : common(a, b);
  return [...first.slice(0, start).map(both), ...middle, ...first.slice(first.length - end).map(both)];
}

/** The difference with `around` lines of context; what is left out between is one null. */
export function withContext(lines: readonly DiffLine[], around: number): (DiffLine | null)[] {
  const near = lines.map((_, at) =>
    lines.slice(Math.max(0, at - around), at + around + 1).some(({ kind }) => kind !== "both"),
  );
  return lines.flatMap((line, at): (DiffLine | null)[] => {
    if (near[at] === true) return [line];
    return at > 0 && near[at - 1] === true && near.includes(true, at) ? [null] : [];
  });
}

function replaced(a: readonly string[], b: readonly string[]): DiffLine[] {
  return [
    ...a.map((text): DiffLine => ({ kind: "first", text })),
    ...b.map((text): DiffLine => ({ kind: "second", text })),
  ];
}

function common(a: readonly string[], b: readonly string[]): DiffLine[] {
  const width = b.length + 1;
  const lengths = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number): number => lengths[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      lengths[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const lines: DiffLine[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push({ kind: "both", text: a[i] ?? "" });
      i += 1;
      j += 1;
    } else if (j >= b.length || (i < a.length && at(i + 1, j) >= at(i, j + 1))) {
      lines.push({ kind: "first", text: a[i] ?? "" });
      i += 1;
    } else {
      lines.push({ kind: "second", text: b[j] ?? "" });
      j += 1;
    }
  }
  return lines;
}
