import { z } from "zod";
import { citedItems } from "../../../src/core/citations.ts";
import type { KeptRunEvent } from "../../../src/core/run-event.ts";
import { cardsOfProposals } from "../../../src/store/cards-of-run.ts";
import { listModelCalls } from "../../../src/store/model-calls.ts";
import type { Store } from "../../../src/store/open-store.ts";
import { readRunEvents } from "../../../src/store/run-events.ts";
import type { Run } from "../../../src/store/runs.ts";
import { threadOfItem } from "../../../src/store/thread-views.ts";
import type { RunScene, RunStep } from "./run-view.ts";

/** What a run comes to, from the store: its cards as they are now, its steps, what it cost. */
export async function readRunScene(store: Store, run: Run): Promise<Omit<RunScene, "csrf" | "zone" | "nowMs">> {
  const events = await readRunEvents(store, run.id);
  const calls = await listModelCalls(store, run.id);
  const made = await cardsOfProposals(
    store,
    events.flatMap((event) => (event.kind === "proposed" ? event.body.proposalIds : [])),
  );
  const refusals = new Map(
    made.flatMap(({ proposalId, refusal }) => (refusal === null ? [] : [[proposalId, refusal]])),
  );
  const isOver = run.endedAt !== null;
  return {
    id: run.id,
    words: run.text,
    state: run.state,
    startedAt: run.startedAt ?? run.madeAt,
    endedAt: run.endedAt,
    answer: isOver ? run.outcome : null,
    threads: await threadsCited(store, run.outcome),
    question: run.state === "waiting" ? run.question : null,
    error: run.error,
    cards: made.flatMap(({ number, title, state }) => (number === null ? [] : [{ number, title, state }])),
    steps: events.flatMap((event) => stepOf(event, refusals) ?? []),
    calls: calls.map((call) => ({
      at: call.at,
      model: call.model,
      purpose: call.purpose,
      input: (call.input ?? 0) + (call.cacheWrite ?? 0),
      cacheRead: call.cacheRead ?? 0,
      output: call.output ?? 0,
      usd: call.costMicros === null ? null : call.costMicros / 1_000_000,
      ms: call.ms,
    })),
    prefixSha256: run.prefixSha256,
  };
}

const mostCited = 200;

async function threadsCited(store: Store, answer: string): Promise<Map<number, number>> {
  const items = citedItems(answer).slice(0, mostCited);
  const threads = new Map<number, number>();
  for (const item of items) {
    const thread = await threadOfItem(store, item);
    if (thread !== null) threads.set(item, thread);
  }
  return threads;
}

const looseInput = z.record(z.string(), z.unknown());

function stepOf(event: KeptRunEvent, refusals: ReadonlyMap<string, string>): RunStep | null {
  const step = (words: string, detail = "", isTrouble = false): RunStep => ({ at: event.at, words, detail, isTrouble });
  switch (event.kind) {
    case "begun":
      return step("It began.");
    case "resumed":
      return step("Another process went on with it.");
    case "tool_begun":
      return step(`It used ${event.body.name}`, inputWords(event.body.input));
    case "tool_ended":
      return event.body.isError ? step("That was refused:", event.body.text.slice(0, 300), true) : null;
    case "proposed": {
      const why = event.body.proposalIds.flatMap((id) => refusals.get(id) ?? []).join(" ");
      return step(`It proposed ${event.body.actions.join(", then ")}.`, why, why !== "");
    }
    case "trimmed":
      return step("What tools had said before was left out from here on: it grew too long.");
    case "last_turn":
      return step(`It was told to answer: the limit of ${event.body.limit} was near.`);
    case "question":
      return step("It asked you.");
    case "ended":
      return event.body.unread.length === 0
        ? null
        : step("Citations of what it had not read were taken out.", "", true);
    case "asked":
    case "answered":
    case "paid":
      return null;
  }
}

/** The beginning of what a tool was given: values only, as text of the model. */
function inputWords(input: unknown): string {
  const values = Object.values(looseInput.safeParse(input).data ?? {});
  return values
    .map((value) => (typeof value === "string" ? value : (JSON.stringify(value) ?? "")))
    .join(" · ")
    .slice(0, 160);
}
