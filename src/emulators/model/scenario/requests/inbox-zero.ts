import { field, list, number, text } from "../../find-values.ts";
import type { Desk } from "../desk.ts";
import { draftReply } from "../draft.ts";
import { inLanguage, knownActions, toOwner } from "./say-to-owner.ts";

export const inboxWords =
  /\b(?:inbox[ -]?zero|(?:clear|empty|clean)\b.*\binbox|posteingang\b.*\b(?:leer|aufräum)\w*|(?:leere|räum)\w*\b.*\bposteingang|bo[iî]te\b.*\b(?:zéro|vide)|vide\w*\b.*\bbo[iî]te)\b/iu;
const mostReplies = 8;
const mostArchived = 200;
const actions = ["gmail.reply", "gmail.archive"];
/** One bundle for each kind, so that single ones can be taken out. */
const kinds = [
  { kind: "newsletters", words: "unsubscribe OR newsletter OR abmelden OR abbestellen OR désabonner in:mail" },
  { kind: "receipts", words: "receipt OR rechnung OR quittung OR reçu OR beleg in:mail" },
  { kind: "notices", words: 'notification OR benachrichtigung OR "do not reply" OR "nicht antworten" in:mail' },
];

/** The skill: replies as cards, one bundle to archive by kind, and three numbers. */
export function inboxZero(desk: Desk): string {
  desk.ask("skill", { name: "inbox-zero" });
  const overview = desk.ask("overview", { limit: 60 });
  const entries = list(overview, "entries");
  const answering = entries
    .filter(
      (one) =>
        ["reply", "urgent"].includes(text(one, "class")) &&
        text(one, "channel") === "mail" &&
        field(one, "card") === null,
    )
    .flatMap((one) => number(one, "thread") ?? [])
    .slice(0, mostReplies);
  const threads = desk.askAll(answering.map((id) => ({ name: "thread", input: { id } })));
  const replies = threads.flatMap((data) => replyTo(desk, field(data, "thread")));
  const needed = new Set(entries.flatMap((one) => [number(one, "thread"), ...list(one, "also")]));
  const bundles = findBundles(desk, needed);
  knownActions(desk, actions);
  const calls = [
    ...(bundles.length === 0
      ? []
      : [{ steps: bundles.map((ask) => ({ action: "gmail.archive", ask })), why: "Nothing in them needs an answer." }]),
    ...replies.map((ask) => ({ steps: [{ action: "gmail.reply", ask }], why: "They ask something." })),
  ];
  desk.askAll(calls.map((input) => ({ name: "propose", input })));
  const archived = bundles.reduce((sum, { threads: ids }) => sum + ids.length, 0);
  const kept = Math.max(0, entries.length - replies.length);
  return toOwner(
    inLanguage(desk, {
      en: `Answered: ${replies.length}. Kept, because they need a decision of yours or wait for something: ${kept}. To archive: ${archived}.`,
      de: `Beantwortet: ${replies.length}. Behalten, weil sie eine Entscheidung von dir brauchen oder auf etwas warten: ${kept}. Zum Archivieren: ${archived}.`,
      fr: `Répondu : ${replies.length}. Gardé, parce qu'il y faut une décision ou qu'on attend : ${kept}. À archiver : ${archived}.`,
    }),
  );
}

/** A reply to what somebody asked; nothing where the thread asks nothing of the owner. */
function replyTo(desk: Desk, thread: unknown): { thread: number; text: string }[] {
  const id = number(thread, "thread");
  const owner = list(thread, "people").find((one) => field(one, "owner") === true);
  const { reply } = draftReply({ thread, language: "", owner: { name: text(owner, "name") } });
  return id === null || reply === null || desk.today === "" ? [] : [{ thread: id, text: reply }];
}

/** Conversations by kind, each once, and none that needs the owner. */
function findBundles(desk: Desk, needed: ReadonlySet<unknown>): { threads: number[] }[] {
  const found = desk.askAll(kinds.map(({ words }) => ({ name: "search", input: { words, limit: 30 } })));
  const seen = new Set(needed);
  return found.flatMap((data) => {
    const ids = list(data, "hits")
      .filter((hit) => text(hit, "channel") === "mail")
      .flatMap((hit) => number(hit, "thread") ?? [])
      .filter((id) => !seen.has(id) && seen.add(id) !== undefined)
      .slice(0, mostArchived);
    return ids.length === 0 ? [] : [{ threads: ids }];
  });
}
