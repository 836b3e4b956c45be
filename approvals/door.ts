import type { EditableText, KeptFile, Preview } from "../src/core/action.ts";
import type { CardContent, DecidedBy, GateVerdict, Origin, Refusal } from "../src/core/card.ts";
import type { Attempt } from "../src/store/attempts.ts";
import type { Card } from "../src/store/cards.ts";
import type { Decision } from "../src/store/decisions.ts";
import type { StopLatch } from "../src/store/stop-latch.ts";
import type { Facts } from "./gate/facts.ts";

/** What a person was looking at when they decided: anything else in between makes their word void. */
export interface CardSeen {
  cardId: string;
  revision: number;
  sha256: string;
}

export interface DecideRequest {
  /** All cards of a bundle, or one. */
  seen: readonly CardSeen[];
  kind: "approve" | "reject" | "later";
  /** Why not; empty when not said. */
  reason: string;
  /** For `later`: UTC ISO-8601; null is tomorrow morning. */
  laterUntil: string | null;
  decidedBy: DecidedBy;
}

export type DecisionAnswer =
  | { kind: "ok"; cards: Card[] }
  /** `text` says it in words and what to do; nothing was changed. */
  | { kind: "refused"; refusal: Refusal; cardId: string; text: string };

/** Everything that is shown of a card: by the page, the terminal and in messages alike. */
export interface CardView {
  card: Card;
  sha256: string;
  content: CardContent;
  preview: Preview;
  facts: Facts;
  verdict: GateVerdict;
  /** What may be edited as text; null where nothing can. */
  editable: EditableText | null;
  /** Whether lines can be left out. */
  excludable: boolean;
  /** Whether what was done can be undone at this moment. */
  undoable: boolean;
  /** Until when a yes can be taken back before anything leaves, UTC ISO-8601; null when there is no window open. */
  undoUntil: string | null;
  /** The right to write that is missing; `cure` is a command. Null when nothing is. */
  missingAccess: { why: string; cure: string } | null;
  decisions: Decision[];
  attempts: Attempt[];
  /** The receipt's sentence, from the ledger; null before there is one. */
  receipt: string | null;
  /** When the same was rejected before: when and why. */
  rejectedBefore: { at: string; reason: string } | null;
  /** The first eight letters of the hash as four words, the same everywhere. */
  words: string;
}

/** The cards of one request: one decision. */
export interface BundleView {
  bundleId: string;
  origin: Origin;
  cards: CardView[];
  /** The most friction of any. */
  friction: GateVerdict["friction"];
  /** The decision is about these; empty when nothing is open. */
  open: CardSeen[];
}

export interface ProposeStep {
  action: string;
  account: string | null;
  ask: unknown;
  /** Index of the step whose receipt this one waits for; null when none. */
  after: number | null;
}

export type ProposeAnswer = { kind: "cards"; bundle: BundleView } | { kind: "refused"; text: string };

/** What a surface may do with cards. Every one of them, and nothing else, goes through here. */
export interface Door {
  /** Open bundles, oldest first; those put off only with `all`. */
  queue(options?: { all?: boolean }): Promise<BundleView[]>;
  /** Under way, or ended within a day and worth a look: approved, sending, failed, unknown, done with undo. */
  moving(): Promise<CardView[]>;
  /** Ended ones, newest first. */
  history(limit: number): Promise<CardView[]>;
  card(cardId: string): Promise<CardView | null>;
  cardByNumber(number: number): Promise<CardView | null>;
  bundle(bundleId: string): Promise<BundleView | null>;
  /** Makes cards of one request of the owner, or says why not. Files must be kept first. */
  propose(steps: readonly ProposeStep[], origin: Omit<Origin, "requestId">): Promise<ProposeAnswer>;
  keep(file: Omit<KeptFile, "sha256">): Promise<string>;
  /** Keeps what the owner typed here, before anything is asked of a model. Returns its id: the `wordsId` of what comes of it. */
  hear(text: string, surface: Origin["surface"], runId?: string | null, forwarded?: boolean): Promise<string>;
  decide(request: DecideRequest): Promise<DecisionAnswer>;
  /** A new revision with the owner's words; it asks again, and so do the steps that depend on it. */
  edit(seen: CardSeen, text: EditableText, decidedBy: DecidedBy): Promise<DecisionAnswer>;
  /** A new revision without these lines. */
  exclude(seen: CardSeen, lineIds: readonly string[], decidedBy: DecidedBy): Promise<DecisionAnswer>;
  /** Takes a yes back within the window, or undoes what was done where the action can. */
  undo(cardId: string, decidedBy: DecidedBy): Promise<DecisionAnswer>;
  /** No more waiting for the undo window. */
  sendNow(cardId: string, decidedBy: DecidedBy): Promise<DecisionAnswer>;
  /** A new card from the world as it is now, for one that expired, failed, was moved away or stopped. */
  redraft(cardId: string, decidedBy: DecidedBy): Promise<ProposeAnswer>;
  /** The owner did what was handed to them. */
  markDone(cardId: string, decidedBy: DecidedBy): Promise<DecisionAnswer>;
  /** The owner looked and says what became of an effect nobody else can tell. */
  settle(cardId: string, happened: boolean, decidedBy: DecidedBy): Promise<DecisionAnswer>;
  /** A reached cap is lifted by so many for today. */
  allowMore(cap: string, more: number, decidedBy: DecidedBy): Promise<void>;
  stop(by: Pick<DecidedBy, "surface">, why: string): Promise<void>;
  resume(decidedBy: DecidedBy): Promise<void>;
  stopped(): Promise<StopLatch | null>;
}
