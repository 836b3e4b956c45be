import type { Context, Hono } from "hono";
import { html } from "hono/html";
import type { BundleView } from "../../door.ts";
import { pagePaths, type ViewDeps } from "../page-actions.ts";
import { bundlePage, originalAside } from "./card/bundle-page.ts";
import { type CardScene, loadAround } from "./card/card-scene.ts";
import { queueList } from "./card/queue-list.ts";
import { frameOf, readerOf } from "./frame-of.ts";
import { type Html, page } from "./layout.ts";
import { showLine } from "./visible-text.ts";

/** What is shown beside the card itself. */
interface Showing {
  /** A sentence above it: why something was not done. */
  said?: string;
  confirming?: boolean;
  editing?: number | null;
}

/** The places where cards are looked at. */
export function mountCards(app: Hono, deps: ViewDeps): void {
  app.get(pagePaths.home, async (context) => {
    const queue = await deps.door.queue();
    const [next] = queue;
    return context.html(await cardsPage(deps, context, { bundle: next ?? null, queue }, {}));
  });
  app.get("/cards", (context) => context.redirect(pagePaths.home));
  app.get(pagePaths.queue, async (context) => {
    const all = context.req.query("all") !== undefined;
    const queue = await deps.door.queue({ all });
    const frame = await frameOf(deps, context, { title: "Waiting for you", place: "cards", openCount: queue.length });
    return context.html(
      page(
        frame,
        html`<section class="column"><h1>Waiting for you</h1>${queueOrNothing(queue, deps)}<p class="none">${
          all
            ? html`<a href="${pagePaths.queue}">Without those put off</a>`
            : html`<a href="${pagePaths.queue}?all">Also those put off</a>`
        }</p></section>`,
      ),
    );
  });
  app.get("/cards/:number{[0-9]+}", async (context) => {
    const edit = Number(context.req.query("edit") ?? "");
    return await showCard(deps, context, Number(context.req.param("number")), { editing: edit > 0 ? edit : null });
  });
  app.get("/cards/:number{[0-9]+}/confirm", (context) =>
    showCard(deps, context, Number(context.req.param("number")), { confirming: true }),
  );
}

/** The page of the bundle a card is in, also after something was refused: then `said` says why, and the answer is a 409. */
export async function showCard(deps: ViewDeps, context: Context, number: number, showing: Showing): Promise<Response> {
  const view = await deps.door.cardByNumber(number);
  const bundle = view === null ? null : await deps.door.bundle(view.card.bundleId);
  if (bundle === null) return context.notFound();
  const queue = await deps.door.queue();
  const body = await cardsPage(deps, context, { bundle, queue }, showing);
  return context.html(body, showing.said === undefined ? 200 : 409);
}

async function cardsPage(
  deps: ViewDeps,
  context: Context,
  { bundle, queue }: { bundle: BundleView | null; queue: readonly BundleView[] },
  showing: Showing,
): Promise<Html> {
  const title = bundle?.cards[0]?.preview.title ?? "Nothing waits";
  const frame = await frameOf(deps, context, { title, place: "cards", openCount: queue.length });
  if (bundle === null) return page(frame, nothingWaits(queue.length));
  const session = deps.session(context).id;
  const { nowMs, zone } = readerOf(deps);
  const scene: CardScene = {
    bundle,
    nowMs,
    zone,
    csrf: frame.csrf,
    ticket: deps.tickets.issue(session, bundle.open, showing.confirming === true ? "confirm" : "card", nowMs),
    hasPasskey: (await deps.passkeys()).length > 0,
    confirming: showing.confirming === true,
    editing: showing.editing ?? null,
    ...(await loadAround(deps.store, bundle)),
  };
  return page(frame, cardsBody(scene, queue, showing.said ?? null));
}

function cardsBody(scene: CardScene, queue: readonly BundleView[], said: string | null): Html {
  const { bundle } = scene;
  const at = queue.findIndex(({ bundleId }) => bundleId === bundle.bundleId);
  const version = bundle.cards
    .map(({ card, sha256 }) => `${card.revision}${sha256.slice(0, 8)}${card.state}${card.reason}`)
    .join("|");
  const order = queue.map(({ bundleId, cards }) => `${bundleId}${cards.length}`).join("|");
  return html`<div class="cards ${scene.confirming ? "confirming" : ""}">
<nav class="rail" id="queue" aria-label="Waiting for you" data-live data-version="${order}"><h2><a href="${pagePaths.queue}">Waiting</a> <span class="n">${queue.length}</span></h2>${queueList(queue, bundle.bundleId, scene)}</nav>
<div class="centre" id="card" data-live data-version="${version}">
${pager(queue, at)}
${said === null ? "" : html`<p class="refused" role="alert">${showLine(said)}</p>`}
${bundlePage(scene)}
</div>
${scene.confirming ? "" : originalAside(scene)}
</div>`;
}

/** Where this one stands in the row, with the ones beside it. */
function pager(queue: readonly BundleView[], at: number): Html {
  const numberOf = (bundle: BundleView | undefined): number | null => bundle?.cards[0]?.card.number ?? null;
  const [previous, next] = [numberOf(queue[at - 1]), numberOf(at === -1 ? queue[0] : queue[at + 1])];
  const link = (number: number | null, key: string, words: string, rel: string): Html =>
    number === null
      ? html``
      : html`<a href="${pagePaths.card(number)}" rel="${rel}" data-key="${key}">${words} <kbd>${key}</kbd></a>`;
  return html`<p class="pager"><span>${at === -1 ? "Not in the queue" : `${at + 1} of ${queue.length}`}</span> ${link(at > 0 ? previous : null, "k", "Back", "prev")} ${link(next, "j", "Next", "next")} <a class="narrow" href="${pagePaths.queue}">All</a></p>`;
}

function queueOrNothing(queue: readonly BundleView[], deps: ViewDeps): Html {
  return queue.length === 0 ? nothingWaits(0) : queueList(queue, null, readerOf(deps));
}

function nothingWaits(count: number): Html {
  void count;
  return html`<section class="column calm" id="card" data-live data-version="nothing"><h1 tabindex="-1" id="title">Nothing waits for you.</h1><p>When something does, it opens here. <a href="${pagePaths.today}">Today</a> says what came in.</p></section>`;
}
