import { z } from "zod";
import { untrustedSchema } from "../core/item.ts";
import type { Untrusted } from "../core/untrusted.ts";
import { signalSchema, verdictClasses } from "../core/verdict.ts";
import type { Store, Tx } from "./open-store.ts";
import { type Reading, sqlOf } from "./reading.ts";
import { jsonText } from "./row-types.ts";

/** What became of a draft. `nothing`: there is nothing to answer. `dropped`: it failed the checks twice. `failed`: no answer came. */
export const draftOutcomes = ["proposed", "nothing", "dropped", "failed"] as const;
export type DraftOutcome = (typeof draftOutcomes)[number];

/** What was wrong with a draft, or worth saying beside it. `code` is of `checkDraft`, or `skill`. */
export const draftNoteSchema = z.strictObject({
  code: z.string(),
  text: z.string(),
  values: z.array(z.string()),
});
export type DraftNote = z.output<typeof draftNoteSchema>;

const draftRow = z
  .object({
    id: z.string(),
    thread_id: z.number(),
    last_item_id: z.number(),
    outcome: z.enum(draftOutcomes),
    first_text: z.string(),
    text: z.string(),
    problems: jsonText.pipe(z.array(draftNoteSchema)),
    class: z.enum(verdictClasses),
    signals: jsonText.pipe(z.array(signalSchema)),
    proposal_id: z.string().nullable(),
    run_id: z.string().nullable(),
    call_id: z.string().nullable(),
    drafted_at: z.string(),
  })
  .transform((row) => ({
    id: row.id,
    threadId: row.thread_id,
    /** The newest message of the thread that was answered. */
    lastItemId: row.last_item_id,
    outcome: row.outcome,
    /** As the model first wrote it; `text` is what was proposed. Text of others as far as screens are concerned. */
    firstText: row.first_text,
    text: row.text,
    problems: row.problems,
    class: row.class,
    signals: row.signals,
    proposalId: row.proposal_id,
    runId: row.run_id,
    callId: row.call_id,
    draftedAt: row.drafted_at,
  }));
export type Draft = z.output<typeof draftRow>;
export type NewDraft = Omit<Draft, "draftedAt">;

/** Keeps what was drafted, and what came of it. */
export async function insertDraft(tx: Tx, draft: NewDraft): Promise<void> {
  tx.sql.run(
    `INSERT INTO drafts (id, thread_id, last_item_id, outcome, first_text, text, problems, class, signals, proposal_id, run_id, call_id, drafted_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    draft.id,
    draft.threadId,
    draft.lastItemId,
    draft.outcome,
    draft.firstText,
    draft.text,
    JSON.stringify(draft.problems),
    draft.class,
    JSON.stringify(draft.signals),
    draft.proposalId,
    draft.runId,
    draft.callId,
    tx.nowAt,
  );
}

/** The newest drafts, newest first: what a new rule is replayed on. */
export async function listDrafts(reading: Reading, limit: number): Promise<Draft[]> {
  return sqlOf(reading).all(draftRow, "SELECT * FROM drafts ORDER BY drafted_at DESC, rowid DESC LIMIT ?", limit);
}

/**
 * Of these threads, those that wait for a draft: their newest message has none yet (one that got no answer is tried twice more), no
 * card about them is open or on its way, and nothing is proposed for them. Order is kept.
 */
export async function threadsWithoutDraft(store: Store, threadIds: readonly number[]): Promise<number[]> {
  const rows = store.read.all(
    z.object({ id: z.number() }),
    `SELECT t.value AS id FROM json_each(?) t
     WHERE NOT EXISTS (SELECT 1 FROM cards c WHERE c.thread_id = t.value
         AND c.state IN ('proposed', 'approved', 'prepared', 'committing'))
       AND NOT EXISTS (SELECT 1 FROM proposals p, json_each(p.origin, '$.openedThreads') o
         WHERE p.state = 'waiting' AND json_extract(p.origin, '$.rule') IS NULL AND o.value = t.value)
       AND NOT EXISTS (SELECT 1 FROM drafts d WHERE d.thread_id = t.value AND d.outcome <> 'failed'
         AND d.last_item_id >= (SELECT max(i.id) FROM items i WHERE i.thread_id = t.value AND i.superseded_by IS NULL AND i.kind = 'message'))
       AND (SELECT count(*) FROM drafts d WHERE d.thread_id = t.value AND d.outcome = 'failed'
         AND d.last_item_id >= (SELECT max(i.id) FROM items i WHERE i.thread_id = t.value AND i.superseded_by IS NULL AND i.kind = 'message')) < 3
     ORDER BY t.key`,
    JSON.stringify(threadIds),
  );
  return rows.map(({ id }) => id);
}

const ownMailRow = z.object({ recipients: z.string().nullable(), text: untrustedSchema });

/** The owner's newest mails (Sent evidence), each once: to whom, and its new text. What their style is distilled from. */
export async function listOwnMails(
  reading: Reading,
  { limit, shortest }: { limit: number; shortest: number },
): Promise<{ to: string; text: Untrusted }[]> {
  const rows = sqlOf(reading).all(
    ownMailRow,
    `SELECT t.text, (SELECT group_concat(n.value, ', ') FROM item_parties p JOIN identities n ON n.id = p.identity_id
         WHERE p.item_id = i.id AND p.role = 'to') AS recipients
     FROM items i JOIN item_texts t ON t.item_id = i.id
     WHERE i.kind = 'message' AND i.channel = 'mail' AND i.sent_evidence = 1 AND i.superseded_by IS NULL AND length(t.text) >= ?
     ORDER BY i.id DESC LIMIT ?`,
    shortest,
    limit,
  );
  return rows.map(({ recipients, text }) => ({ to: recipients ?? "", text }));
}
