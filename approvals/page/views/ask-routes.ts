import type { Context, Hono } from "hono";
import { askJobSchema } from "../../../src/core/run.ts";
import { cardsOfRun } from "../../../src/store/cards-of-run.ts";
import { leaveAsk } from "../../../src/store/leave-ask.ts";
import { isOfferedChoice } from "../../../src/store/offered-choice.ts";
import { cancelRun, getRun, listRuns, type Run } from "../../../src/store/runs.ts";
import { askForm, pagePaths, type ViewDeps } from "../page-actions.ts";
import { type AskedRow, askBody } from "./ask-view.ts";
import { frameOf, readerOf } from "./frame-of.ts";
import { page } from "./layout.ts";
import { readRunScene } from "./run-scene.ts";
import { runBody } from "./run-view.ts";

const shownRuns = 20;
const idPattern = ":id{[\\w-]+}";

/** Asking for something, following what becomes of it, and answering what it asks back. */
export function mountAsk(app: Hono, deps: ViewDeps): void {
  app.get(pagePaths.ask, (context) => showAsk(deps, context, null, ""));
  app.post(pagePaths.ask, (context) => takeAsk(deps, context));
  app.get(pagePaths.run(idPattern), async (context) => {
    const run = await getRun(deps.store, context.req.param("id") ?? "");
    return run === null ? context.notFound() : await showRun(deps, context, run);
  });
  app.post(pagePaths.cancelRun(idPattern), async (context) => {
    const id = context.req.param("id") ?? "";
    await deps.store.write((tx) => cancelRun(tx, id));
    return context.redirect(pagePaths.run(id), 303);
  });
}

async function showAsk(deps: ViewDeps, context: Context, said: string | null, typed: string): Promise<Response> {
  const runs = await listRuns(deps.store, { limit: shownRuns, kinds: ["request"] });
  const asked = await Promise.all(runs.map((run) => askedRow(deps, run)));
  const frame = await frameOf(deps, context, { title: "Ask", place: "ask" });
  const body = askBody({ ...readerOf(deps), csrf: frame.csrf, said, typed, asked });
  return context.html(page(frame, body), said === null ? 200 : 400);
}

async function askedRow({ store }: ViewDeps, run: Run): Promise<AskedRow> {
  const numbers = (await cardsOfRun(store, run.id)).flatMap(({ number }) => number ?? []);
  return { id: run.id, words: run.text, state: run.state, at: run.madeAt, cards: numbers };
}

async function showRun(deps: ViewDeps, context: Context, run: Run): Promise<Response> {
  const scene = await readRunScene(deps.store, run);
  const frame = await frameOf(deps, context, { title: run.text.slice(0, 60), place: "ask" });
  return context.html(page(frame, runBody({ ...scene, ...readerOf(deps), csrf: frame.csrf })));
}

/** The owner's words and files, for the inside: nothing happens by this but reading. */
async function takeAsk(deps: ViewDeps, context: Context): Promise<Response> {
  const { door, store } = deps;
  const form = askForm.safeParse(await context.req.parseBody({ all: true })).data;
  if (form === undefined) return await showAsk(deps, context, "Write what you want, with at most 20 files.", "");
  const text = form.text.replace(/\r\n/g, "\n");
  const runId = deps.newId();
  const files: string[] = [];
  for (const file of form.files) {
    const bytes = new Uint8Array(await file.arrayBuffer());
    files.push(
      await door.keep({ name: file.name.slice(0, 200), mediaType: file.type || "application/octet-stream", bytes }),
    );
  }
  const answers = form.answers === "" ? null : form.answers;
  // A button's words are the model's: the owner chose them, and did not say them.
  const wordsId = await door.hear(text, "page", runId, await isOfferedChoice(store, answers, text));
  const threads = form.thread === undefined ? [] : [form.thread];
  const job = askJobSchema.parse({ runId, wordsId, text, surface: "page", files, threads, answers });
  await store.write((tx) => leaveAsk(tx, job));
  return context.redirect(pagePaths.run(runId), 303);
}
