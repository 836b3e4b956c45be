import { fenceable } from "../../core/fence.ts";
import type { ItemView, ThreadView } from "../../core/thread.ts";
import { rawText, untrusted } from "../../core/untrusted.ts";
import type { Verdict } from "../../core/verdict.ts";

/** A thread that is to be judged, with what rules said of it. */
export interface OpenThread {
  view: ThreadView;
  verdict: Verdict;
}

const snippetCharacters = 300;
const nameCharacters = 60;
const titleCharacters = 100;
const historyCharacters = 80;
const closerItems = 6;
const strongest = 4;

/** A thread in a batch: who wrote last and the beginning of it. Contract: pure; the keys stand in this order. */
export function showThread(id: string, { view, verdict }: OpenThread) {
  const newest = newestOf(view);
  const from = newest?.parties.find(({ role }) => role === "from" || role === "organizer");
  return {
    id,
    channel: view.channel,
    from: newest === undefined ? "" : nameOf(newest),
    known: from?.known ?? false,
    at: (newest?.sentAt ?? "").slice(0, 16),
    title: fenceable(view.title, titleCharacters),
    text: newest === undefined ? "" : squeezed(newest, snippetCharacters),
    history: historyOf(view, newest),
    signals: verdict.signals.slice(0, strongest).map(({ name }) => name),
  };
}

/** The same for a closer look: so many characters of the text, and half as many of what was said before. */
export function showThreadWhole(id: string, one: OpenThread, characters: number) {
  const newest = newestOf(one.view);
  const before = one.view.items.filter((item) => item !== newest).slice(-closerItems);
  const share = Math.floor(characters / (closerItems * 2));
  return {
    ...showThread(id, one),
    text: newest === undefined ? "" : fenceable(newest.text, characters),
    items: before.map((item) => ({ from: nameOf(item), at: item.sentAt.slice(0, 16), text: squeezed(item, share) })),
  };
}

/** The item that a thread is judged by: the newest of somebody else, else the newest. */
export function newestOf(view: ThreadView): ItemView | undefined {
  return view.items.findLast((item) => !item.fromOwner) ?? view.items.at(-1);
}

/** Who wrote it, for a reader. Text of others. */
export function nameOf(item: ItemView): string {
  if (item.fromOwner) return "owner";
  const from = item.parties.find(({ role }) => role === "from" || role === "organizer");
  if (from === undefined) return "";
  const name = fenceable(from.name, nameCharacters);
  return name === "" ? fenceable(untrusted(from.address), nameCharacters) : name;
}

function historyOf(view: ThreadView, newest: ItemView | undefined): string {
  const before = view.items.filter((item) => item !== newest);
  const last = before.at(-1);
  if (last === undefined) return "";
  return `${before.length} before; ${nameOf(last)}: ${squeezed(last, historyCharacters)}`;
}

function squeezed(item: ItemView, most: number): string {
  const text = rawText(item.text).replace(/\s+/g, " ").trim();
  return text.length <= most ? text.toWellFormed() : `${text.slice(0, most).toWellFormed()}…`;
}
