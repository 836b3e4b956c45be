import type { Context } from "hono";
import { getCookie } from "hono/cookie";
import { toInstant } from "../../../src/core/clock.ts";
import { moment } from "../../../src/core/times.ts";
import { listCards } from "../../../src/store/cards.ts";
import { listHealth } from "../../../src/store/source-health.ts";
import type { CardView } from "../../door.ts";
import type { ViewDeps } from "../page-actions.ts";
import { type Frame, type Place, type Theme, themes } from "./layout.ts";
import type { Reader } from "./message-view.ts";
import { strip } from "./strip.ts";

/** How long the reasons stand after a card was rejected without one. */
const askWhyMs = 60_000;

/** What stands around a view right now. `openCount` is given where the caller counted already. */
export async function frameOf(
  deps: ViewDeps,
  context: Context,
  given: { title: string; place: Place | null; openCount?: number },
): Promise<Frame> {
  const { door, store } = deps;
  const reader = readerOf(deps);
  const csrf = deps.csrf(context);
  const here = hereOf(context);
  const stopped = await door.stopped();
  return {
    title: given.title,
    place: given.place,
    theme: themeOf(context),
    csrf,
    here,
    openCount: given.openCount ?? (await countOpen(deps)),
    illCount: [...(await listHealth(store)).values()].filter(
      ({ state }) => state === "needs_reauth" || state === "degraded",
    ).length,
    stopped:
      stopped === null
        ? null
        : `Since ${moment(stopped.stoppedAt, reader.zone, reader.nowMs)}, by the ${stopped.surface}${stopped.why === "" ? "" : `: ${stopped.why}`}.`,
    strip: strip(await door.moving(), await justRejected(deps), { ...reader, csrf, here }),
  };
}

export function readerOf({ zone, clock }: ViewDeps): Reader {
  return { zone: zone(), nowMs: clock.now() };
}

export function themeOf(context: Context): Theme {
  const set = getCookie(context, "theme");
  return themes.find((one) => one === set) ?? "auto";
}

/** Path and query of this page. */
export function hereOf(context: Context): string {
  const { pathname, search } = new URL(context.req.url);
  return `${pathname}${search}`;
}

/** How many requests wait, without what was put off. */
async function countOpen({ store, clock }: ViewDeps): Promise<number> {
  const now = toInstant(clock.now());
  const open = (await listCards(store, ["proposed"])).filter(
    ({ laterUntil }) => laterUntil === null || laterUntil <= now,
  );
  return new Set(open.map(({ bundleId }) => bundleId)).size;
}

async function justRejected({ door, clock }: ViewDeps): Promise<CardView | null> {
  const last = (await door.history(5)).find(({ card }) => card.state === "rejected");
  if (last === undefined || last.card.reason !== "") return null;
  return clock.now() - Date.parse(last.card.changedAt) <= askWhyMs ? last : null;
}
