import { z } from "zod";
import { listCards } from "../../store/cards.ts";
import { cardsOfRun } from "../../store/cards-of-run.ts";
import { listCommitments } from "../../store/commitments.ts";
import { listNameItems } from "../../store/name-items.ts";
import type { Store } from "../../store/open-store.ts";
import { readRunEvents } from "../../store/run-events.ts";
import { getRun, type Run } from "../../store/runs.ts";
import { ownerDay, ownerTime } from "../tools/owner-time.ts";
import { viewOf } from "./run-view.ts";

/** What was said before, for the model, and every item and thread any of it comes from. */
export interface Earlier {
  data: Record<string, unknown>;
  itemIds: number[];
  threadIds: number[];
}

const mostExchanges = 6;
const characters = { last: 2500, older: 300 };
const mostOpen = 20;
const answering = z.object({ answers: z.string().nullable() });

/**
 * The exchange a request goes on from, the older the shorter, with what is open as the store has it now. Of a request that goes on
 * from none only numbers and states are given, so that it begins with nothing read. Contract: reads only; the same store gives the same.
 */
export async function earlierExchange(store: Store, answers: string | null, zone: string): Promise<Earlier> {
  const chain = await chainOf(store, answers);
  const open = (await listCards(store, ["proposed"], mostOpen)).map(({ number, action, state }) => ({
    number,
    action,
    state,
  }));
  const openCards = open.length === 0 ? {} : { openCards: open };
  if (chain.length === 0) return { data: openCards, itemIds: [], threadIds: [] };
  const items = new Set<number>();
  const threads = new Set<number>();
  const earlier: unknown[] = [];
  for (const [index, run] of chain.entries()) {
    const view = viewOf(await readRunEvents(store, run.id));
    for (const id of view.items) items.add(id);
    for (const id of view.threads) threads.add(id);
    earlier.push(await exchangeOf(store, run, { zone, isLast: index === chain.length - 1 }));
  }
  const promises = await openCommitments(store, zone);
  for (const id of promises.itemIds) items.add(id);
  return {
    data: { earlier, ...openCards, commitments: promises.commitments },
    itemIds: [...items].sort((a, b) => a - b),
    threadIds: [...threads].sort((a, b) => a - b),
  };
}

async function exchangeOf(store: Store, run: Run, { zone, isLast }: { zone: string; isLast: boolean }) {
  const most = isLast ? characters.last : characters.older;
  const cards = await cardsOfRun(store, run.id);
  return {
    at: ownerTime(run.madeAt, zone),
    words: shorten(run.text, most),
    answer: shorten(run.outcome, most),
    ...(run.question ?? {}),
    cards: cards.map(({ number, title, state, refusal }) => ({
      number,
      title,
      state,
      ...(refusal === null ? {} : { refusal }),
    })),
  };
}

/** Oldest first. */
async function chainOf(store: Store, answers: string | null): Promise<Run[]> {
  const chain: Run[] = [];
  let id = answers;
  while (id !== null && chain.length < mostExchanges) {
    const run: Run | null = await getRun(store, id);
    if (run === null || chain.some((one) => one.id === run.id)) break;
    chain.unshift(run);
    id = answering.safeParse(run.job).data?.answers ?? null;
  }
  return chain;
}

async function openCommitments(store: Store, zone: string) {
  const all = (await listCommitments(store, { all: false })).slice(0, mostOpen);
  const names = await listNameItems(store, [...new Set(all.map(({ address }) => address))]);
  return {
    commitments: all.map((one) => ({
      by: one.by === "me" ? "owner" : "them",
      who: one.person,
      what: one.what,
      due: one.dueAt === null ? null : ownerDay(Date.parse(one.dueAt), zone),
      state: one.state,
      item: one.itemId,
    })),
    itemIds: all.flatMap(({ itemId, address }) => [itemId, ...(names.get(address) ?? [])]),
  };
}

function shorten(text: string, most: number): string {
  return text.length <= most
    ? text
    : `${text.slice(0, most).toWellFormed()} [cut: ${text.length - most} more characters]`;
}
