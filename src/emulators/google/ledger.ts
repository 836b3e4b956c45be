/** What really happened in the emulated world, whatever a client was told: tests assert on it. */
export interface LedgerEntry {
  /** Counts from 1. */
  seq: number;
  /** UTC ISO-8601, by the world's clock. */
  at: string;
  account: string;
  /** `mail.delivered`, `mail.labelled`, `mail.deleted`, `event.created`, `file.changed` and so on. */
  kind: string;
  /** Id of the message, event or file. */
  id: string;
  /** Plain JSON. */
  details: Record<string, unknown>;
}

export interface Ledger {
  add(entry: Omit<LedgerEntry, "seq" | "at">): void;
  all(): readonly LedgerEntry[];
  replace(entries: readonly LedgerEntry[]): void;
}

export function createLedger(now: () => number): Ledger {
  let entries: LedgerEntry[] = [];
  return {
    add: (entry) => {
      entries.push({ seq: entries.length + 1, at: new Date(now()).toISOString(), ...entry });
    },
    all: () => entries,
    replace: (kept) => {
      entries = [...kept];
    },
  };
}
