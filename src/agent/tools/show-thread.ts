import { rawText } from "../../core/untrusted.ts";
import type { FullItem } from "../../store/items.ts";
import type { ThreadInfo } from "../../store/thread-views.ts";
import { showItem } from "./show-item.ts";

const textCharacters = 6000;
const wholeCharacters = 24_000;
const attachmentCharacters = 600;

/** The newest items that fit, oldest first, and the handle of those before them. `items` are a thread's, oldest first. */
export function showThread(thread: ThreadInfo, items: readonly FullItem[], hasEarlier: boolean, zone: string) {
  const shown: ReturnType<typeof showItem>[] = [];
  let length = 0;
  for (const item of items.toReversed()) {
    const one = showItem(item, zone, { text: textCharacters, attachment: attachmentCharacters });
    length += JSON.stringify(one).length;
    if (shown.length > 0 && length > wholeCharacters) break;
    shown.unshift(one);
  }
  const [oldest] = shown;
  const isCut = hasEarlier || shown.length < items.length;
  return {
    shownIds: shown.map(({ item }) => item),
    isCut,
    view: {
      thread: thread.id,
      channel: thread.channel,
      title: rawText(thread.title),
      group: thread.group,
      items: shown,
      ...(isCut && oldest !== undefined ? { rest: `thread:${thread.id}@${oldest.item}` } : {}),
    },
  };
}
