/** A BEGIN…END block of a calendar: its own logical lines (still raw) and the blocks inside it. */
export interface CalendarBlock {
  name: string;
  lines: string[];
  children: CalendarBlock[];
  /** False when its END is missing. */
  closed: boolean;
}

const depthLimit = 8;
const lineLimit = 20_000;

/**
 * Cuts logical lines into blocks, forgiving: a missing END is closed by the block's parent or by the next block of the same
 * name, a stray END is ignored, lines outside any block belong to the root. Contract: pure, never throws.
 */
export function cutComponents(lines: string[]): CalendarBlock {
  const root: CalendarBlock = { name: "", lines: [], children: [], closed: true };
  const open: CalendarBlock[] = [root];
  for (const line of lines) {
    const marker = /^\s*(BEGIN|END)\s*:\s*([^\s:;]+)\s*$/i.exec(line);
    const name = marker?.[2]?.toUpperCase() ?? "";
    if (marker === null) {
      const block = open.at(-1) ?? root;
      if (block.lines.length < lineLimit) block.lines.push(line);
    } else if (marker[1]?.toUpperCase() === "BEGIN") openBlock(open, name);
    else closeBlock(open, name);
  }
  return root;
}

function openBlock(open: CalendarBlock[], name: string): void {
  const same = open.findLastIndex((block) => block.name === name);
  const alone = name === "VEVENT" || name === "VCALENDAR" || name === "VTIMEZONE";
  if (alone && same > 0) open.length = same;
  const parent = open.at(-1);
  const block: CalendarBlock = { name, lines: [], children: [], closed: false };
  parent?.children.push(block);
  if (open.length < depthLimit) open.push(block);
}

function closeBlock(open: CalendarBlock[], name: string): void {
  const index = open.findLastIndex((block) => block.name === name);
  const block = open[index];
  if (index < 1 || block === undefined) return;
  block.closed = true;
  open.length = index;
}
