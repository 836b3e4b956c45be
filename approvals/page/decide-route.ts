import type { Context, Hono } from "hono";
import type { DecidedBy } from "../../src/core/card.ts";
import type { Clock } from "../../src/core/clock.ts";
import type { BundleView, DecisionAnswer, Door } from "../door.ts";
import { type DecideForm, decideForm, pagePaths, type ViewDeps } from "./page-actions.ts";
import { badRequest, readJson } from "./passkey-routes.ts";
import type { Passkeys } from "./passkeys.ts";
import { proofOf } from "./proof-of.ts";
import type { ShownTickets } from "./shown-tickets.ts";
import { showCard } from "./views/card-routes.ts";
import { pageError } from "./views/plain-pages.ts";
import type { Visits } from "./visits.ts";

export interface DecideDeps {
  door: Door;
  clock: Clock;
  tickets: ShownTickets;
  visits: Visits;
  passkeys: Passkeys;
  /** What a card is drawn from after something was refused. */
  views: ViewDeps;
}

/** `again`: the owner has to look or prove it once more, and why. Nothing was changed unless `ok`. */
type Taken = DecisionAnswer | { kind: "again"; why: string } | { kind: "not_there" };

/** The yes, the no and the later: as a form of the page, and as JSON of its script. */
export function mountDecide(app: Hono, deps: DecideDeps): void {
  const path = pagePaths.decide(":number{[0-9]+}");
  app.post(path, async (context) => {
    const form = decideForm.safeParse(await context.req.parseBody({ all: true })).data;
    if (form === undefined) {
      return context.html(pageError("That form was not from this page.", "Go back and press it again."), 400);
    }
    const number = Number(context.req.param("number"));
    const taken = await take(deps, context, number, form);
    switch (taken.kind) {
      case "ok":
        return context.redirect(form.back, 303);
      case "again":
        return await showCard(deps.views, context, number, { said: taken.why, confirming: true });
      case "refused":
        return await showCard(deps.views, context, number, { said: taken.text });
      case "not_there":
        return context.notFound();
    }
  });
  app.post(`/api${path}`, async (context) => {
    const form = decideForm.safeParse(await readJson(context)).data;
    if (form === undefined) return badRequest(context);
    const taken = await take(deps, context, Number(context.req.param("number")), form);
    switch (taken.kind) {
      case "ok":
        return context.json({ kind: "ok", cards: taken.cards.map(({ number, state }) => ({ number, state })) });
      case "again":
      case "refused":
        return context.json(taken, 409);
      case "not_there":
        return context.json(taken, 404);
    }
  });
}

async function take(deps: DecideDeps, context: Context, number: number, form: DecideForm): Promise<Taken> {
  const view = await deps.door.cardByNumber(number);
  const bundle = view === null ? null : await deps.door.bundle(view.card.bundleId);
  if (bundle === null) return { kind: "not_there" };
  // What it costs is read off this bundle: a form that names cards of another one would pay the wrong price.
  if (!form.seen.every(({ cardId }) => bundle.cards.some(({ card }) => card.id === cardId)))
    return { kind: "not_there" };
  const proof = await prove(deps, context, bundle, form);
  if (proof.kind === "again") return proof;
  return await deps.door.decide({
    seen: form.seen,
    kind: form.kind,
    reason: form.reason,
    laterUntil: null,
    decidedBy: { surface: "page", session: deps.visits.of(context).session.id, proof: proof.proof },
  });
}

async function prove(
  deps: DecideDeps,
  context: Context,
  bundle: BundleView,
  form: DecideForm,
): Promise<{ kind: "proof"; proof: DecidedBy["proof"] } | { kind: "again"; why: string }> {
  if (form.kind !== "approve") return { kind: "proof", proof: "tap" };
  const { session } = deps.visits.of(context);
  const passkeyOk =
    form.assertion !== "" &&
    (await deps.passkeys.check(session, { for: "decide", seen: form.seen }, parse(form.assertion)));
  if (form.assertion !== "" && !passkeyOk) {
    return {
      kind: "again",
      why: "That passkey did not sign for what is here now, or it took longer than two minutes.",
    };
  }
  const shown = deps.tickets.read(form.ticket, session.id, form.seen);
  return proofOf(form, bundle, shown, { nowMs: deps.clock.now(), passkeyOk });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
