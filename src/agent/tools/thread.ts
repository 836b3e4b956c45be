import { z } from "zod";
import { StewardError } from "../../core/errors.ts";
import { rawText } from "../../core/untrusted.ts";
import { listThreadItems } from "../../store/items.ts";
import { listPeopleOfItems } from "../../store/thread-people.ts";
import { getThread } from "../../store/thread-views.ts";
import { listTitleItems } from "../../store/title-items.ts";
import type { Tool, ToolContext, ToolResult } from "../tool.ts";
import { showThread } from "./show-thread.ts";
import { found } from "./tool-result.ts";

const itemsAtOnce = 40;
const input = z.strictObject({ id: z.int().positive() });

/** A conversation as it stands. */
export const threadTool: Tool<typeof input> = {
  name: "thread",
  description: "A whole conversation, newest items kept when long.",
  input,
  effect: "read",
  run: ({ id }, context) => openThread(context, id, null),
};

/** The items of a thread before one (null: the newest), with everybody in them. Errors: `not_found`. */
export async function openThread(context: ToolContext, id: number, beforeItem: number | null): Promise<ToolResult> {
  const { store, owner } = context;
  const thread = await getThread(store, id);
  if (thread === null)
    throw new StewardError("not_found", `There is no thread ${id}.`, { cure: "Ids of threads come from search." });
  const items = await listThreadItems(store, id, itemsAtOnce + 1, beforeItem);
  const { view, shownIds, isCut } = showThread(
    thread,
    items.slice(-itemsAtOnce),
    items.length > itemsAtOnce,
    owner.zone,
  );
  const people = await listPeopleOfItems(store, shownIds);
  const data = {
    thread: {
      ...view,
      people: people.map(({ value, name, known, isOwner }) => ({
        name: rawText(name),
        address: value,
        known,
        ...(isOwner ? { owner: true } : {}),
      })),
    },
  };
  const titles = (await listTitleItems(store, [id])).get(id) ?? [];
  const note = isCut ? "Earlier items are left out; give `rest` to item for them." : "";
  return found(data, { itemIds: [...shownIds, ...titles], threadIds: [id], note });
}
