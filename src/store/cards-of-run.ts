import { z } from "zod";
import { getRevision } from "./card-revisions.ts";
import { getCard } from "./cards.ts";
import type { Store } from "./open-store.ts";
import { getProposal } from "./proposals.ts";
import { readRunEvents } from "./run-events.ts";

/** A proposal of a run and what became of it, from the store: never from what a model says of it. */
export interface RunCard {
  proposalId: string;
  action: string;
  /** Null while the door has not looked, and where it refused. */
  number: number | null;
  title: string;
  friction: string;
  /** The card's state; `waiting` and `refused` before there is one. */
  state: string;
  refusal: string | null;
}

const titled = z.object({ title: z.string() });

/** What became of proposals, in their order. */
export async function cardsOfProposals(store: Store, proposalIds: readonly string[]): Promise<RunCard[]> {
  const cards: RunCard[] = [];
  for (const proposalId of proposalIds) {
    const proposal = await getProposal(store, proposalId);
    if (proposal === null) continue;
    const { action, state, refusal } = proposal;
    const plain = { proposalId, action, number: null, title: action, friction: "", refusal };
    const card = proposal.cardId === null ? null : await getCard(store, proposal.cardId);
    const revision = card === null ? null : await getRevision(store, card.id, card.revision);
    if (card === null || revision === null) {
      cards.push({ ...plain, state: state === "refused" ? "refused" : "waiting" });
      continue;
    }
    const title = titled.safeParse(revision.preview).data?.title ?? action;
    cards.push({ ...plain, number: card.number, title, friction: revision.verdict.friction, state: card.state });
  }
  return cards;
}

/** Every proposal of a run, as it stands now. */
export async function cardsOfRun(store: Store, runId: string): Promise<RunCard[]> {
  const events = await readRunEvents(store, runId);
  return await cardsOfProposals(
    store,
    events.flatMap((event) => (event.kind === "proposed" ? event.body.proposalIds : [])),
  );
}
