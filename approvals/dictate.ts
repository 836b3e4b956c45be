import { toInstant } from "../src/core/clock.ts";
import { contactNames } from "../src/store/contact-names.ts";
import { insertDecision } from "../src/store/decisions.ts";
import { addNotice } from "../src/store/notices.ts";
import type { Tx } from "../src/store/open-store.ts";
import { countAsked, getWords, useWords } from "../src/store/owner-words.ts";
import { countOfBundle, type Proposal } from "../src/store/proposals.ts";
import { approveIn } from "./approve-in.ts";
import type { DoorSetup } from "./door-setup.ts";
import { dictated, offerDictated } from "./gate/dictated.ts";
import type { Drafted } from "./make-card.ts";

/** What the owner's words are to a card: its decision, a decision but for the policy, or nothing. */
export type ByWords = { kind: "sent" | "asked"; wordsId: string; undoMs: number } | null;

/**
 * Whether a card that is about to be made says what the owner said and nothing else. Contract: reads only; goes by the words the door
 * kept, by contacts.csv and by what the gate says; a card that is drawn up again, or one of several, is never decided so.
 */
export async function byWords(setup: DoorSetup, proposal: Proposal, drafted: Drafted): Promise<ByWords> {
  const { origin, redraftOf, afterId, bundleId } = proposal;
  const wordsId = origin.wordsId ?? null;
  if (wordsId === null || redraftOf !== null || afterId !== null) return null;
  if ((await countOfBundle(setup.store, bundleId)) !== 1) return null;
  const words = await getWords(setup.store, wordsId);
  const { preview, facts, verdict } = drafted;
  const policy = await setup.policy();
  const address = (preview.recipients[0]?.address ?? "").trim().toLowerCase();
  const { theirs, others } = await contactNames(setup.store, address);
  const names = { recipient: theirs, others, owner: setup.owner().names };
  const answer = dictated({ origin, preview, facts, policy, verdict, typed: words?.text ?? null, names });
  if (!answer.dictated && !answer.onlyPolicy) return null;
  return { kind: answer.dictated ? "sent" : "asked", wordsId, undoMs: policy.undo_seconds * 1000 };
}

/**
 * Takes the owner's words for the yes to a new card, in the transaction that makes it: it goes when the undo window is over. Words are
 * one decision, about one card. Returns false when they were one already.
 */
export async function decideByWords(
  tx: Tx,
  setup: DoorSetup,
  card: { cardId: string; number: number; sha256: string; title: string },
  said: NonNullable<ByWords>,
): Promise<boolean> {
  const { cardId, number, sha256, title } = card;
  if (!(await useWords(tx, said.wordsId, "sent", cardId))) return false;
  const decision = {
    id: setup.newId(),
    cardId,
    revision: 1,
    sha256,
    kind: "dictated" as const,
    reason: `dictated: send (words ${said.wordsId})`,
    decidedBy: { surface: "policy" as const, session: said.wordsId, proof: "dictated" as const },
  };
  await insertDecision(tx, decision);
  await approveIn(tx, decision, toInstant(setup.clock.now() + said.undoMs));
  const text = `Card ${number} goes out in ${said.undoMs / 1000} seconds, in your own words: ${title}`;
  await addNotice(tx, { key: `dictated:${cardId}`, kind: "card", level: "push", text, cardId });
  return true;
}

/** Counts a card that asked although the owner's words were all of it; after a few, says once that it need not. */
export async function countByWords(tx: Tx, cardId: string, said: NonNullable<ByWords>): Promise<void> {
  if (!(await useWords(tx, said.wordsId, "asked", cardId))) return;
  if (!offerDictated(await countAsked(tx))) return;
  const text =
    "Three messages were in your own words, to people you write to. Such ones can go without a card, after the undo window: run steward policy edit and write dictated: send";
  await addNotice(tx, { key: "offer:dictated", kind: "alert", level: "push", text });
}
