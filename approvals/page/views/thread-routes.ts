import type { Context, Hono } from "hono";
import { openStates } from "../../../src/core/card.ts";
import { toInstant } from "../../../src/core/clock.ts";
import { rawText } from "../../../src/core/untrusted.ts";
import { listActions } from "../../../src/store/action-list.ts";
import { listCardsOfThread } from "../../../src/store/cards.ts";
import { type FullItem, listThreadItems } from "../../../src/store/items.ts";
import { getThread, setThreadState, type ThreadInfo } from "../../../src/store/thread-views.ts";
import { loadVerdicts } from "../../../src/store/verdicts.ts";
import { tomorrowMorning } from "../../tomorrow-morning.ts";
import { pagePaths, replyForm, threadStateForm, type ViewDeps } from "../page-actions.ts";
import { badForm, read } from "./card-posts.ts";
import { frameOf, readerOf } from "./frame-of.ts";
import { page } from "./layout.ts";
import { threadBody } from "./thread-view.ts";

const shownItems = 30;
const mostItems = 2000;

/** One conversation: reading it, its state, and the box that makes a card of an answer. */
export function mountThreads(app: Hono, deps: ViewDeps): void {
  const id = (context: Context): number => Number(context.req.param("id"));
  app.get("/threads/:id{[0-9]+}", (context) => showThread(deps, context, id(context), null, ""));
  app.post(pagePaths.threadState(":id{[0-9]+}"), async (context) => {
    const form = await read(context, threadStateForm);
    if (form === null) return badForm(context);
    const until = form.state === "snoozed" ? toInstant(tomorrowMorning(deps.clock.now(), deps.zone())) : null;
    const isThere = await setThreadState(deps.store, id(context), form.state, until);
    return isThere ? context.redirect(pagePaths.thread(id(context)), 303) : context.notFound();
  });
  app.post(pagePaths.reply(":id{[0-9]+}"), (context) => answer(deps, context, id(context)));
}

async function showThread(
  deps: ViewDeps,
  context: Context,
  id: number,
  said: string | null,
  typed: string,
): Promise<Response> {
  const { store } = deps;
  const thread = await getThread(store, id);
  if (thread === null) return context.notFound();
  const all = context.req.query("all") !== undefined;
  const items = await listThreadItems(store, id, all ? mostItems : shownItems);
  const answering = await answerWith(deps, thread, items);
  const frame = await frameOf(deps, context, { title: rawText(thread.title) || "A conversation", place: null });
  const body = threadBody({
    ...readerOf(deps),
    csrf: frame.csrf,
    thread,
    items,
    all,
    verdict: (await loadVerdicts(store, [id])).get(id)?.verdict ?? null,
    cards: await listCardsOfThread(store, id, openStates),
    answer: answering === null ? null : { toAll: answering.toAll !== null, handedOver: answering.handedOver },
    said,
    typed,
  });
  return context.html(page(frame, body), said === null ? 200 : 409);
}

interface Answering {
  action: string;
  toAll: string | null;
  handedOver: boolean;
  ask(text: string): unknown;
}

/** What of all that this door can do answers a thread; null when nothing does. */
async function answerWith(
  { store }: ViewDeps,
  thread: ThreadInfo,
  items: readonly FullItem[],
): Promise<Answering | null> {
  const names = (await listActions(store)).map(({ name }) => name);
  const ending = (verb: string): string | undefined => names.find((name) => name.endsWith(`.${verb}`));
  if (thread.channel === "mail") {
    const action = ending("reply");
    if (action === undefined) return null;
    const isToMany = items.at(-1)?.parties.filter(({ is_owner, role }) => !is_owner && role !== "reply_to").length ?? 0;
    return {
      action,
      toAll: isToMany > 1 ? (ending("reply_all") ?? null) : null,
      handedOver: false,
      ask: (text) => ({ thread: thread.id, text }),
    };
  }
  const action = ending(thread.channel);
  const other = items.flatMap(({ parties }) => parties).find(({ role, is_owner }) => role === "from" && !is_owner);
  if (action === undefined || other === undefined || thread.group) return null;
  return { action, toAll: null, handedOver: true, ask: (text) => ({ to: other.person, text, thread: thread.id }) };
}

/** The owner's own words, as a card to look at: nothing leaves by this. */
async function answer(deps: ViewDeps, context: Context, id: number): Promise<Response> {
  const form = await read(context, replyForm);
  if (form === null) return badForm(context);
  const thread = await getThread(deps.store, id);
  if (thread === null) return context.notFound();
  const text = form.text.replace(/\r\n/g, "\n").trim();
  const answering = await answerWith(deps, thread, await listThreadItems(deps.store, id, shownItems));
  if (answering === null) return await showThread(deps, context, id, "This cannot be answered from here.", text);
  const action = form.all === "yes" && answering.toAll !== null ? answering.toAll : answering.action;
  const made = await deps.door.propose([{ action, account: null, ask: answering.ask(text), after: null }], {
    by: "owner",
    surface: "page",
    utterance: text,
    rule: null,
    itemsRead: [],
    openedThreads: [id],
    callId: null,
  });
  if (made.kind === "refused") return await showThread(deps, context, id, made.text, text);
  return context.redirect(pagePaths.card(made.bundle.cards[0]?.card.number ?? 0), 303);
}
