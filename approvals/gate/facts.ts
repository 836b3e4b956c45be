import type { Warning } from "../../src/core/card.ts";
import type { ValueKind } from "../../src/core/find-values.ts";

/** What is known of somebody a card would reach, computed from contacts.csv, Sent evidence and the request's own threads. */
export interface RecipientFact {
  role: string;
  address: string;
  /**
   * `own`: the owner's. `known`: design §4. `first_time`: not known, but the address comes from a place the owner trusts (`via`).
   * `unknown`: from anywhere else. `lookalike`: close to somebody known, and not them. `invalid`: no address at all.
   */
  standing: "own" | "known" | "first_time" | "unknown" | "lookalike" | "invalid";
  /** Where the address comes from; null when nowhere that was read. */
  via:
    | "contacts"
    | "written_to"
    | "owner_words"
    | "authenticated_thread"
    | "unauthenticated_thread"
    | "stranger_text"
    | null;
  /** How often the owner wrote to this exact address, and when last (UTC ISO-8601). */
  writtenTo: number;
  lastWrittenAt: string | null;
  /** The known address or host it resembles. */
  resembles: string | null;
  itemIds: number[];
}

/** Where a name, date, amount, address or link of an outgoing text stands already. */
export interface ValueSource {
  value: string;
  kind: ValueKind;
  /** `owner`: the owner's own words. `item`: an item the request opened or read. `none`: nowhere; a warning. */
  from: "owner" | "contacts" | "item" | "none";
  itemIds: number[];
}

/** Everything the gate goes by, beyond the action and the policy. A question no code could answer is in `unanswered`: it asks. */
export interface Facts {
  recipients: RecipientFact[];
  warnings: Warning[];
  values: ValueSource[];
  unanswered: string[];
  /** Lines of a bulk card that triage forbids to bury, each with why; absent where there are none. */
  neverBury?: { lineId: string; why: string }[];
  /** Why something may be looked up without asking; absent where it asks. */
  freeSearch?: string;
}
