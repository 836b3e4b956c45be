import type { Context, Hono } from "hono";
import { type FoolJob, foolJobKind, foolJobSchema, foolRequest } from "../../../src/core/fool.ts";
import { getRevision } from "../../../src/store/card-revisions.ts";
import { getCard } from "../../../src/store/cards.ts";
import { addJob, getJob } from "../../../src/store/jobs.ts";
import { getProposal } from "../../../src/store/proposals.ts";
import { readRunEvents } from "../../../src/store/run-events.ts";
import { getRun } from "../../../src/store/runs.ts";
import { previewOf } from "../../card-preview.ts";
import { foolForm, pagePaths, type ViewDeps } from "../page-actions.ts";
import { read } from "./card-posts.ts";
import { type FoolTry, foolBody, fooledBody } from "./fool-view.ts";
import { frameOf } from "./frame-of.ts";
import { page } from "./layout.ts";
import { readRunScene } from "./run-scene.ts";

/** The demo's other button: any mail, met by a model that obeys it. Nowhere but in the demo. */
export function mountFool(app: Hono, deps: ViewDeps): void {
  if (deps.pullThePlug === null) return;
  app.get(pagePaths.fool, (context) => showForm(deps, context, null));
  app.post(pagePaths.fool, (context) => takeMail(deps, context));
  app.get(pagePaths.fooled(":id{[\\w-]+}"), async (context) => {
    const job = await getJob(deps.store, context.req.param("id") ?? "");
    const mail = foolJobSchema.safeParse(job?.kind === foolJobKind ? job.body : null).data;
    return mail === undefined ? context.notFound() : await showTries(deps, context, mail, job?.state ?? "waiting");
  });
}

async function showForm(deps: ViewDeps, context: Context, said: string | null): Promise<Response> {
  const frame = await frameOf(deps, context, { title: "Try to fool it", place: "ask" });
  return context.html(page(frame, foolBody(frame.csrf, said)), said === null ? 200 : 400);
}

async function takeMail(deps: ViewDeps, context: Context): Promise<Response> {
  const form = await read(context, foolForm);
  if (form === null) return await showForm(deps, context, "It needs a sender and a text.");
  const runId = deps.newId();
  // Nobody typed these: they are kept, and are not the owner's.
  const wordsId = await deps.door.hear(foolRequest, "page", runId, true);
  const body = foolJobSchema.parse({ ...form, runId, wordsId });
  await deps.store.write((tx) => addJob(tx, { id: runId, kind: foolJobKind, body }));
  return context.redirect(pagePaths.fooled(runId), 303);
}

async function showTries(deps: ViewDeps, context: Context, mail: FoolJob, jobState: string): Promise<Response> {
  const run = await getRun(deps.store, mail.runId);
  const scene = run === null ? null : await readRunScene(deps.store, run);
  const frame = await frameOf(deps, context, { title: "Try to fool it", place: "ask" });
  const body = fooledBody({
    mail,
    state: scene?.state ?? jobState,
    isOver: run?.endedAt != null || jobState === "failed",
    tries: await readTries(deps, mail.runId),
    steps: scene?.steps ?? [],
    answer: scene?.answer ?? "",
    error: scene?.error ?? null,
  });
  return context.html(page(frame, body));
}

async function readTries({ store }: ViewDeps, runId: string): Promise<FoolTry[]> {
  const tries: FoolTry[] = [];
  for (const event of await readRunEvents(store, runId)) {
    if (event.kind !== "proposed") continue;
    for (const id of event.body.proposalIds) {
      const proposal = await getProposal(store, id);
      if (proposal === null) continue;
      const card = proposal.cardId === null ? null : await getCard(store, proposal.cardId);
      const revision = card === null ? null : await getRevision(store, card.id, card.revision);
      const shown =
        card === null || revision === null
          ? null
          : {
              number: card.number,
              title: previewOf(revision).title,
              friction: revision.verdict.friction,
              state: card.state,
              warnings: revision.verdict.warnings.filter(({ level }) => level !== "note").map(({ text }) => text),
            };
      tries.push({ action: proposal.action, card: shown, refusal: proposal.refusal });
    }
  }
  return tries;
}
