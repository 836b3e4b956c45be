import { z } from "zod";
import { StewardError } from "../../core/errors.ts";
import { rawText } from "../../core/untrusted.ts";
import { type FullItem, getItem } from "../../store/items.ts";
import { getKeptFile } from "../../store/kept-files.ts";
import type { Tool, ToolContext, ToolResult } from "../tool.ts";
import { cutText, readHandle, shownCharacters } from "./cut-text.ts";
import { showItem } from "./show-item.ts";
import { openThread } from "./thread.ts";
import { found, refused } from "./tool-result.ts";

const attachmentCharacters = 3000;
const input = z.strictObject({ id: z.int().positive().optional(), rest: z.string().max(60).optional() });
const imageTypes: ReadonlySet<string> = new Set(["image/png", "image/jpeg", "image/gif", "image/webp"]);

/** One message, event, document or contact; or what a `rest` stands for. */
export const itemTool: Tool<typeof input> = {
  name: "item",
  description: "One item by id, or what a result named as `rest`. Give one of the two.",
  input,
  effect: "read",
  run: async ({ id, rest }, context) => {
    if (id !== undefined && rest === undefined) return await showWhole(context, id);
    const handle = id === undefined && rest !== undefined ? readHandle(rest) : null;
    if (handle === null) return refused("Give an id, or a rest as a result named it.");
    if (handle.kind === "thread") return await openThread(context, handle.id, handle.beforeItem);
    const item = await readItem(context, handle.id);
    const whole = partOf(item, handle.part);
    if (whole === null) return refused("That item has no such part.");
    const name = handle.part === "text" ? `item:${item.id}` : `item:${item.id}.${handle.part}`;
    const { text, rest: more } = cutText(whole, name, handle.offset, shownCharacters);
    return found({ item: { item: item.id, text, ...(more === null ? {} : { rest: more }) } }, { itemIds: [item.id] });
  },
};

async function showWhole(context: ToolContext, id: number): Promise<ToolResult> {
  const item = await readItem(context, id);
  const { item: number, ...shown } = showItem(item, context.owner.zone, {
    text: shownCharacters,
    attachment: attachmentCharacters,
  });
  const data = { item: { item: number, thread: item.thread_id, channel: item.channel, kind: item.kind, ...shown } };
  const images = await imagesOf(context, item);
  const hidden = shown.hiddenCharacters === undefined ? "" : "Text that nobody would have seen in it is left out.";
  return { ...found(data, { itemIds: [id], note: hidden }), ...(images.length === 0 ? {} : { images }) };
}

async function readItem({ store }: ToolContext, id: number): Promise<FullItem> {
  const item = await getItem(store, id);
  if (item !== null) return item;
  throw new StewardError("not_found", `There is no item ${id}.`, { cure: "Ids of items come from search." });
}

function partOf(item: FullItem, part: "text" | "quoted" | number): string | null {
  if (part === "text") return rawText(item.text);
  if (part === "quoted") return rawText(item.quoted);
  const file = item.attachments[part];
  return file === undefined ? null : rawText(file.text);
}

/** Pictures whose bytes are kept: of a file the owner gave, which lies under its own hash, and of attachments. */
async function imagesOf({ store }: ToolContext, item: FullItem): Promise<{ mediaType: string; sha256: string }[]> {
  const given = item.sightings.flatMap(({ path }) => /^given\/([0-9a-f]{64})$/.exec(path)?.[1] ?? []);
  const hashes = [...given, ...item.attachments.flatMap(({ sha256 }) => sha256 ?? [])];
  const images: { mediaType: string; sha256: string }[] = [];
  for (const sha256 of new Set(hashes)) {
    const file = await getKeptFile(store, sha256);
    if (file !== null && imageTypes.has(file.mediaType)) images.push({ mediaType: file.mediaType, sha256 });
  }
  return images.slice(0, 4);
}
