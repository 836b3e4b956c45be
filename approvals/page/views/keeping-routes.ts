import type { Context, Hono } from "hono";
import { moment } from "../../../src/core/times.ts";
import { markBriefingRead } from "../../../src/store/briefings.ts";
import { getCurrentRevisions } from "../../../src/store/card-revisions.ts";
import { getCard } from "../../../src/store/cards.ts";
import { ledgerHead, listLedger } from "../../../src/store/ledger.ts";
import { listNotices } from "../../../src/store/notices.ts";
import { differentPeople, samePerson } from "../../../src/store/person-decisions.ts";
import { listHealth } from "../../../src/store/source-health.ts";
import { listProblems, listSources } from "../../../src/store/sources.ts";
import { previewOf } from "../../card-preview.ts";
import { markReadForm, pagePaths, samePersonForm, type ViewDeps } from "../page-actions.ts";
import { badForm, read } from "./card-posts.ts";
import { frameOf, readerOf } from "./frame-of.ts";
import { healthBody } from "./health-view.ts";
import { page } from "./layout.ts";
import { effectKinds, type LedgerScene, ledgerBody } from "./ledger-view.ts";
import { showPeople } from "./reading-routes.ts";

const shownEntries = 120;
/** Up to here the chain is walked whenever the ledger is looked at. */
const quickChain = 20_000;

/** The ledger, the health, and what the owner says about the day and about people. */
export function mountKeeping(app: Hono, deps: ViewDeps): void {
  app.get(pagePaths.ledger, (context) => ledger(deps, context));
  app.get(pagePaths.health, (context) => health(deps, context));
  app.post(pagePaths.markRead, async (context) => {
    const form = await read(context, markReadForm);
    if (form === null) return badForm(context);
    await deps.store.write((tx) => markBriefingRead(tx, form.digest));
    return context.redirect(pagePaths.today, 303);
  });
  app.post(pagePaths.samePerson, async (context) => {
    const form = await read(context, samePersonForm);
    if (form === null) return badForm(context);
    const other = form.otherIs === "identity" ? { identityId: form.other } : { personId: form.other };
    const decide = form.answer === "same" ? samePerson : differentPeople;
    const outcome = await decide(deps.store, { identityId: form.identity }, other);
    if (outcome.outcome !== "done") return await showPeople(deps, context, outcome.reason);
    return context.redirect(pagePaths.people, 303);
  });
}

async function ledger(deps: ViewDeps, context: Context): Promise<Response> {
  const { store } = deps;
  const before = Number(context.req.query("before") ?? "");
  const everything = context.req.query("all") !== undefined;
  const entries = await listLedger(store, {
    ...(before > 0 ? { beforeSeq: before } : {}),
    ...(everything ? {} : { kinds: effectKinds }),
    limit: shownEntries,
  });
  const head = await ledgerHead(store);
  const isQuick = (head?.seq ?? 0) <= quickChain || context.req.query("verify") !== undefined;
  const frame = await frameOf(deps, context, { title: "Ledger", place: "ledger" });
  const body = ledgerBody({
    ...readerOf(deps),
    entries,
    cards: await titlesOf(
      deps,
      entries.flatMap(({ cardId }) => cardId ?? []),
    ),
    everything,
    verified: isQuick ? await deps.verifyLedger() : null,
    olderThan: entries.length === shownEntries ? (entries.at(-1)?.seq ?? null) : null,
  });
  return context.html(page(frame, body));
}

async function titlesOf({ store }: ViewDeps, cardIds: readonly string[]): Promise<LedgerScene["cards"]> {
  const revisions = await getCurrentRevisions(store, [...new Set(cardIds)]);
  const titles = new Map<string, { number: number; title: string }>();
  for (const [id, revision] of revisions) {
    const card = await getCard(store, id);
    if (card !== null) titles.set(id, { number: card.number, title: previewOf(revision).title });
  }
  return titles;
}

async function health(deps: ViewDeps, context: Context): Promise<Response> {
  const { store } = deps;
  const reader = readerOf(deps);
  const known = await listHealth(store);
  const stopped = await deps.door.stopped();
  const frame = await frameOf(deps, context, { title: "Health", place: "health" });
  const body = healthBody({
    ...reader,
    csrf: frame.csrf,
    sources: (await listSources(store)).map((source) => ({ source, health: known.get(source.id) ?? null })),
    problems: await listProblems(store, null, 500),
    notices: (await listNotices(store, { unseen: false, limit: 60 }))
      .filter(({ kind }) => kind === "alert")
      .slice(0, 8),
    devices: await deps.devices(context),
    passkeys: await deps.passkeys(),
    stopped: stopped === null ? null : `Stopped since ${moment(stopped.stoppedAt, reader.zone, reader.nowMs)}.`,
    pullThePlug: deps.pullThePlug,
  });
  return context.html(page(frame, body));
}
