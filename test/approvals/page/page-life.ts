import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { join } from "node:path";
import { Hono } from "hono";
import { z } from "zod";
import type { DoorSetup } from "../../../approvals/door-setup.ts";
import { type OpenDoor, openDoor } from "../../../approvals/open-door.ts";
import { decideForm, type PasskeyRow, pagePaths, type ViewDeps } from "../../../approvals/page/page-actions.ts";
import { proofOf } from "../../../approvals/page/proof-of.ts";
import { makeShownTickets } from "../../../approvals/page/shown-tickets.ts";
import { showCard } from "../../../approvals/page/views/card-routes.ts";
import { mountViews } from "../../../approvals/page/views/mount-views.ts";
import type { Clock } from "../../../src/core/clock.ts";
import { defaultPolicy } from "../../../src/core/policy.ts";
import { saveBriefing } from "../../../src/store/briefings.ts";
import { makeBriefing } from "../../../src/triage/make-briefing.ts";
import { refreshTriage } from "../../../src/triage/read-digest.ts";
import { type DemoLife, openDemoLife } from "../../support/demo-life.ts";
import { stageConnector } from "./stage.ts";
import { type StagedRequest, stagedRequests, toSteps } from "./staged-cards.ts";

export interface PageLife {
  app: Hono;
  life: DemoLife;
  door: OpenDoor;
  clock: { nowMs: number } & Clock;
  passkeys: PasskeyRow[];
  requests: StagedRequest[];
  deps: ViewDeps;
  close(): Promise<void>;
}

export const csrf = "csrf-of-the-test";
const publicFolder = join(import.meta.dirname, "../../../approvals/page/public");
/** As the server sends it. */
export const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

/** The demo life with a card of every kind, and the page over it behind the smallest possible shell. */
export async function openPageLife(
  options: { nowMs?: number; requests?: readonly string[]; realTime?: boolean } = {},
): Promise<PageLife> {
  const startMs = options.nowMs ?? Date.parse("2026-11-21T09:12:00Z");
  const begun = performance.now();
  const clock = {
    nowMs: startMs,
    now: (): number => (options.realTime === true ? Math.floor(startMs + (performance.now() - begun)) : clock.nowMs),
    sleep: async () => undefined,
  };
  const life = await openDemoLife(startMs, clock);
  let ids = 0;
  const { store } = life;
  const newId = (): string => `id-${String(++ids).padStart(6, "0")}`;
  const passkeys: PasskeyRow[] = [];
  const setup: DoorSetup = {
    store,
    clock,
    newId,
    connectors: [
      stageConnector("gmail", [
        ["send_message", "send"],
        ["reply", "send"],
        ["archive", "change"],
      ]),
      stageConnector("calendar", [["update_event", "send"]]),
      stageConnector("drive", [["update_file", "change"]]),
      stageConnector("handoff", [["whatsapp_text", "draft"]]),
    ],
    deps: { fetch, clock, newId, secret: async () => null, log: () => undefined, homePath: life.exports },
    owner: () => life.reading.setting.owner,
    policy: async () => defaultPolicy(),
    hasPasskey: async () => passkeys.length > 0,
  };
  const door = await openDoor(setup);
  const all = stagedRequests(finder(life));
  const requests = options.requests === undefined ? all : all.filter(({ name }) => options.requests?.includes(name));
  for (const request of requests) {
    const made = await door.propose(toSteps(request), request.origin);
    if (made.kind === "refused") throw new Error(made.text);
  }
  await refreshTriage(store, life.reading);
  const briefing = await makeBriefing(store, life.reading);
  await store.write((tx) => saveBriefing(tx, briefing));
  const deps: ViewDeps = {
    door,
    store,
    clock,
    newId: () => randomUUID(),
    zone: () => "Europe/Berlin",
    tickets: makeShownTickets(new Uint8Array(32)),
    csrf: () => csrf,
    session: () => ({ id: "device-1" }),
    devices: async () => [
      {
        id: "device-1",
        name: "Firefox on this computer",
        signedInAt: "2026-11-02T08:00:00.000Z",
        lastSeenAt: "2026-11-21T09:11:00.000Z",
        isThis: true,
      },
      {
        id: "device-2",
        name: "Safari on a phone",
        signedInAt: "2026-11-12T19:40:00.000Z",
        lastSeenAt: "2026-11-20T22:02:00.000Z",
        isThis: false,
      },
    ],
    passkeys: async () => passkeys,
    verifyLedger: async () => ({ ok: true, entries: 12 }),
    pullThePlug: null,
  };
  return { app: shell(deps), life, door, clock, passkeys, requests, deps, close: life.close };
}

function finder({ store }: DemoLife) {
  const number = (sql: string, value: string | number): number | null => store.read.number(sql, value);
  return {
    thread: (title: string) => number("SELECT id FROM threads WHERE title = ? ORDER BY item_count DESC LIMIT 1", title),
    newestOf: (threadId: number | null): number[] =>
      store.read
        .all(
          z.object({ id: z.number() }),
          "SELECT id FROM items WHERE thread_id = ? AND superseded_by IS NULL ORDER BY id",
          threadId ?? -1,
        )
        .map(({ id }) => id),
  };
}

/** What the real server adds, at its smallest: the CSRF check, the decision, the files. */
function shell(deps: ViewDeps): Hono {
  const app = new Hono();
  app.use(async (context, next) => {
    if (context.req.method === "POST" && (await context.req.parseBody())["csrf"] !== csrf)
      return context.text("csrf", 403);
    await next();
    context.header("content-security-policy", policy);
    return undefined;
  });
  app.post("/cards/:number/decide", async (context) => {
    const form = decideForm.parse(await context.req.parseBody({ all: true }));
    const number = Number(context.req.param("number"));
    const view = await deps.door.cardByNumber(number);
    const bundle = view === null ? null : await deps.door.bundle(view.card.bundleId);
    if (bundle === null) return context.notFound();
    const shown = deps.tickets.read(form.ticket, deps.session(context).id, form.seen);
    const proof =
      form.kind === "approve"
        ? proofOf(form, bundle, shown, { nowMs: deps.clock.now(), passkeyOk: false })
        : { kind: "proof" as const, proof: "tap" as const };
    if (proof.kind === "again") return await showCard(deps, context, number, { said: proof.why, confirming: true });
    const answer = await deps.door.decide({
      seen: form.seen,
      kind: form.kind,
      reason: form.reason,
      laterUntil: null,
      decidedBy: { surface: "page", session: "device-1", proof: proof.proof },
    });
    if (answer.kind === "refused") return await showCard(deps, context, number, { said: answer.text });
    return context.redirect(form.back, 303);
  });
  app.get("/assets/:name", (context) => {
    const name = context.req.param("name");
    const type = name.endsWith(".css") ? "text/css" : name.endsWith(".svg") ? "image/svg+xml" : "text/javascript";
    try {
      const text = name.endsWith(".ts")
        ? stripTypeScriptTypes(readFileSync(join(publicFolder, name), "utf8"))
        : readFileSync(join(publicFolder, name), "utf8");
      return context.body(text, 200, { "content-type": `${type}; charset=utf-8` });
    } catch {
      return context.notFound();
    }
  });
  app.get(pagePaths.events, (context) => context.body(null, 204));
  mountViews(app, deps);
  return app;
}
