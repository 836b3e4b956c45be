import type { Context, Hono } from "hono";
import { readBriefing } from "../../../src/store/briefings.ts";
import { listCards } from "../../../src/store/cards.ts";
import { listCommitments } from "../../../src/store/commitments.ts";
import { getPerson } from "../../../src/store/person-profiles.ts";
import { listSamePersonQuestions } from "../../../src/store/person-questions.ts";
import { listPeople } from "../../../src/store/person-search.ts";
import { loadSummaries } from "../../../src/store/person-summaries.ts";
import { searchItems } from "../../../src/store/search.ts";
import { parseQuery } from "../../../src/store/search-query.ts";
import { pagePaths, type ViewDeps } from "../page-actions.ts";
import { frameOf, readerOf } from "./frame-of.ts";
import { page } from "./layout.ts";
import { peopleBody, personBody } from "./people-view.ts";
import { searchBody } from "./search-view.ts";
import { noBriefing, todayBody } from "./today.ts";

const shownHits = 40;
const shownPeople = 60;
const shownEnded = 12;

/** Today, search and people: what was read, to be looked at. */
export function mountReading(app: Hono, deps: ViewDeps): void {
  app.get(pagePaths.today, (context) => today(deps, context));
  app.get(pagePaths.search, (context) => search(deps, context));
  app.get(pagePaths.people, (context) => showPeople(deps, context, null));
  app.get("/people/:id{[0-9]+}", (context) => person(deps, context, Number(context.req.param("id"))));
}

async function today(deps: ViewDeps, context: Context): Promise<Response> {
  const { store, door } = deps;
  const reader = readerOf(deps);
  const stored = await readBriefing(store);
  const frame = await frameOf(deps, context, { title: "Today", place: "today" });
  if (stored === null || stored.briefing === null) return context.html(page(frame, noBriefing()));
  const { since } = stored.briefing.digest;
  const open = await listCards(store, ["proposed"]);
  const body = todayBody({
    ...reader,
    csrf: frame.csrf,
    number: stored.number,
    briefing: stored.briefing,
    readAt: stored.readAt,
    cards: new Map(open.flatMap(({ threadId, number }) => (threadId === null ? [] : [[threadId, number] as const]))),
    ended: (await door.history(shownEnded)).filter(({ card }) => card.changedAt >= since),
    promises: await listCommitments(store, { all: false }),
  });
  return context.html(page(frame, body));
}

async function search(deps: ViewDeps, context: Context): Promise<Response> {
  const reader = readerOf(deps);
  const asked = context.req.query("q")?.slice(0, 1000).trim() ?? "";
  const newest = context.req.query("newest") !== undefined;
  const result =
    asked === ""
      ? null
      : await searchItems(deps.store, parseQuery(asked, reader), {
          limit: shownHits,
          order: newest ? "newest" : "relevance",
          nowMs: reader.nowMs,
        });
  const frame = await frameOf(deps, context, { title: asked === "" ? "Search" : asked, place: "search" });
  return context.html(page(frame, searchBody(asked, newest, result, reader)));
}

/** The people; `said` is why an answer about two of them was not taken. */
export async function showPeople(deps: ViewDeps, context: Context, said: string | null): Promise<Response> {
  const query = context.req.query("q")?.slice(0, 300).trim() ?? "";
  const frame = await frameOf(deps, context, { title: "People", place: "people" });
  const body = peopleBody({
    ...readerOf(deps),
    csrf: frame.csrf,
    query,
    people: await listPeople(deps.store, { query: query === "" ? null : query, limit: shownPeople }),
    questions: await listSamePersonQuestions(deps.store, { limit: 20 }),
    said,
  });
  return context.html(page(frame, body), said === null ? 200 : 409);
}

async function person(deps: ViewDeps, context: Context, id: number): Promise<Response> {
  const [summary] = await loadSummaries(deps.store, [id]);
  const named = summary?.identities[0]?.value ?? summary?.name;
  const found = named === undefined ? [] : await getPerson(deps.store, named);
  const profile = found.find((one) => one.id === id);
  if (profile === undefined) return context.notFound();
  const frame = await frameOf(deps, context, { title: profile.name, place: "people" });
  return context.html(page(frame, personBody(profile, { ...readerOf(deps), csrf: frame.csrf })));
}
