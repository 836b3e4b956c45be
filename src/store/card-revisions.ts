import { z } from "zod";
import { canonicalJson, sha256Hex } from "../core/canonical.ts";
import { type CardContent, cardContentSchema, type GateVerdict, gateVerdictSchema } from "../core/card.ts";
import { StewardError } from "../core/errors.ts";
import type { Tx } from "./open-store.ts";
import { type Reading, sqlOf } from "./reading.ts";
import { jsonText } from "./row-types.ts";

const revisionRow = z
  .object({
    card_id: z.string(),
    revision: z.number(),
    content: z.string(),
    sha256: z.string(),
    preview: jsonText,
    facts: jsonText,
    verdict: jsonText.pipe(gateVerdictSchema),
    made_by: z.string(),
    made_at: z.string(),
  })
  .transform((row) => ({
    cardId: row.card_id,
    revision: row.revision,
    /** Canonical JSON, exactly the bytes that were hashed. */
    canonical: row.content,
    sha256: row.sha256,
    /** As `Preview`; parsed by the door, which knows its shape. */
    preview: row.preview,
    facts: row.facts,
    verdict: row.verdict,
    madeBy: row.made_by,
    madeAt: row.made_at,
  }));
export type CardRevision = z.output<typeof revisionRow>;

export interface NewRevision {
  cardId: string;
  revision: number;
  content: CardContent;
  preview: unknown;
  facts: unknown;
  verdict: GateVerdict;
  /** `proposal`, `owner`, `redraft`. */
  madeBy: string;
}

/** Stores one revision and returns the hash of its canonical bytes. Revisions are never changed. */
export async function insertRevision(tx: Tx, revision: NewRevision): Promise<string> {
  const canonical = canonicalJson(revision.content);
  const sha256 = sha256Hex(canonical);
  tx.sql.run(
    "INSERT INTO card_revisions (card_id, revision, content, sha256, preview, facts, verdict, made_by, made_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    revision.cardId,
    revision.revision,
    canonical,
    sha256,
    canonicalJson(revision.preview),
    canonicalJson(revision.facts),
    canonicalJson(revision.verdict),
    revision.madeBy,
    tx.nowAt,
  );
  return sha256;
}

const columns = "card_id, revision, content, sha256, preview, facts, verdict, made_by, made_at";

/** One revision; null when there is none. */
export async function getRevision(reading: Reading, cardId: string, revision: number): Promise<CardRevision | null> {
  return sqlOf(reading).get(
    revisionRow,
    `SELECT ${columns} FROM card_revisions WHERE card_id = ? AND revision = ?`,
    cardId,
    revision,
  );
}

/** The current revisions of many cards, by card id; one query. */
export async function getCurrentRevisions(
  reading: Reading,
  cardIds: readonly string[],
): Promise<Map<string, CardRevision>> {
  const rows = sqlOf(reading).all(
    revisionRow,
    `SELECT ${columns} FROM card_revisions WHERE (card_id, revision) IN
       (SELECT id, revision FROM cards WHERE id IN (SELECT value FROM json_each(?)))`,
    JSON.stringify(cardIds),
  );
  return new Map(rows.map((row) => [row.cardId, row]));
}

/** Every revision of a card, oldest first. */
export async function listRevisions(reading: Reading, cardId: string): Promise<CardRevision[]> {
  return sqlOf(reading).all(
    revisionRow,
    `SELECT ${columns} FROM card_revisions WHERE card_id = ? ORDER BY revision`,
    cardId,
  );
}

/**
 * What a revision says, decoded from its canonical bytes. Errors: `internal` when the bytes do not have the hash that stands
 * beside them: nothing of it may be shown as approved or carried out.
 */
export function readContent({ canonical, sha256 }: Pick<CardRevision, "canonical" | "sha256">): CardContent {
  if (sha256Hex(canonical) !== sha256) {
    throw new StewardError("internal", "The card in the database is not the one that was written there.", {
      cure: "Run: steward ledger verify",
    });
  }
  return cardContentSchema.parse(JSON.parse(canonical));
}
