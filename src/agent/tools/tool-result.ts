import type { ToolResult } from "../tool.ts";

/** What a tool found. Ids are sorted, each once, whatever order they were met in. */
export function found(
  data: unknown,
  said: { itemIds?: Iterable<number>; threadIds?: Iterable<number>; note?: string } = {},
): ToolResult {
  return {
    data,
    note: said.note ?? "",
    itemIds: sorted(said.itemIds ?? []),
    threadIds: sorted(said.threadIds ?? []),
    isError: false,
  };
}

/** What the model can mend: said in our words, outside of the fence, with no text of others in it. */
export function refused(note: string): ToolResult {
  return { data: {}, note, itemIds: [], threadIds: [], isError: true };
}

function sorted(ids: Iterable<number>): number[] {
  return [...new Set(ids)].sort((a, b) => a - b);
}
