import type { Look, Preview } from "../../src/core/action.ts";
import type { CardContent, Origin } from "../../src/core/card.ts";
import type { Owner } from "../../src/core/thread.ts";
import type { Store } from "../../src/store/open-store.ts";
import type { Facts } from "./facts.ts";

/** What is asked about: one revision of a card, and who asked for it. */
export interface FactsRequest {
  store: Store;
  owner: Owner;
  nowMs: number;
  content: CardContent;
  preview: Preview;
  origin: Origin;
  /** Where the bytes of attached files are; without it their content counts as not looked into. */
  look?: Pick<Look, "file">;
  /** What the queue knows of this card; without it nothing is said of it. */
  history?: CardHistory;
}

export interface CardHistory {
  /** When the same effect on the same target was rejected before (UTC ISO-8601); null when never. */
  rejectedAt: string | null;
  /** How many cards, this one included, rest on the same item or request and are open or were made within the day. */
  fromSameOrigin: number;
}

/**
 * Everything the gate goes by, read from the store: who would be reached and how well they are known, what would leave and
 * where it stands already, and what is odd about it. No model text is believed.
 *
 * Contract: reads only; never throws for what the texts say; what could not be found out is in `unanswered`.
 */
export async function gatherFacts(request: FactsRequest): Promise<Facts> {
  void request;
  return { recipients: [], warnings: [], values: [], unanswered: ["nothing was looked into yet"] };
}
