import { z } from "zod";
import { type Reading, sqlOf } from "./reading.ts";

const bulkRow = z
  .object({ thread_id: z.number(), account: z.string() })
  .transform((row) => ({ threadId: row.thread_id, account: row.account }));

/**
 * Mail threads judged as bulk that still lie in the inbox of a live mailbox, whose newest item is older than `beforeAt` and that
 * nobody known to the owner ever wrote in. Newest first.
 */
export async function listBulkInInbox(
  reading: Reading,
  beforeAt: string,
  limit: number,
): Promise<{ threadId: number; account: string }[]> {
  return sqlOf(reading).all(
    bulkRow,
    `SELECT DISTINCT v.thread_id, json_extract(s.config, '$.account') AS account
     FROM verdicts v JOIN threads t ON t.id = v.thread_id JOIN items i ON i.id = v.last_item_id
     JOIN sightings g ON g.item_id = i.id JOIN sources s ON s.id = g.source_id AND s.connector = 'gmail'
     WHERE v.class = 'ignore' AND v.ignored_as = 'bulk' AND t.channel = 'mail' AND t.state IN ('new', 'open') AND i.sent_at < ?
       AND EXISTS (SELECT 1 FROM json_each(i.labels) WHERE value = 'Inbox')
       AND NOT EXISTS (SELECT 1 FROM items o JOIN identities n ON n.id = o.sender_id WHERE o.thread_id = v.thread_id
         AND (n.in_contacts = 1 OR n.written_count > 0 OR n.is_owner = 1))
     ORDER BY i.sent_at DESC LIMIT ?`,
    beforeAt,
    limit,
  );
}

/** When a rule last proposed something, UTC ISO-8601; null when never. */
export async function ruleProposedAt(reading: Reading, rule: string): Promise<string | null> {
  const row = sqlOf(reading).get(
    z.object({ at: z.string().nullable() }),
    "SELECT max(proposed_at) AS at FROM proposals WHERE json_extract(origin, '$.rule') = ?",
    rule,
  );
  return row?.at ?? null;
}

/** Whether a card that a rule asked for still waits for the owner, or is on its way. */
export async function hasOpenCardOfRule(reading: Reading, rule: string): Promise<boolean> {
  const open = sqlOf(reading).number(
    `SELECT (SELECT count(*) FROM proposals WHERE state = 'waiting' AND json_extract(origin, '$.rule') = ?1)
       + (SELECT count(*) FROM cards WHERE state IN ('proposed', 'approved', 'prepared', 'committing')
          AND json_extract(origin, '$.rule') = ?1)`,
    rule,
  );
  return (open ?? 0) > 0;
}

const invitationRow = z
  .object({ item_id: z.number(), thread_id: z.number(), account: z.string(), busy: z.number() })
  .transform((row) => ({ itemId: row.item_id, threadId: row.thread_id, account: row.account, isBusy: row.busy > 0 }));
/** An invitation that waits for the owner's answer. `isBusy`: another entry of theirs, that is no series, lies in that time. */
export type OpenInvitation = z.output<typeof invitationRow>;

/**
 * Invitations in the owner's calendars to single events that begin between the two instants, by somebody the owner knows, and that
 * they have not answered. Soonest first.
 */
export async function listOpenInvitations(
  reading: Reading,
  { fromAt, toAt, limit }: { fromAt: string; toAt: string; limit: number },
): Promise<OpenInvitation[]> {
  return sqlOf(reading).all(
    invitationRow,
    `SELECT i.id AS item_id, i.thread_id, json_extract(s.config, '$.account') AS account,
       (SELECT count(*) FROM items o WHERE o.kind = 'event' AND o.id <> i.id AND o.superseded_by IS NULL
          AND o.thread_id IS NOT i.thread_id AND json_extract(o.event, '$.status') <> 'cancelled'
          AND coalesce(json_extract(o.event, '$.transparent'), 0) = 0 AND coalesce(json_extract(o.event, '$.allDay'), 0) = 0
          AND coalesce(json_extract(o.event, '$.ownCalendar'), 1) = 1
          AND coalesce(json_extract(o.event, '$.ownAnswer'), '') <> 'declined'
          AND json_extract(o.event, '$.startsAt') < json_extract(i.event, '$.endsAt')
          AND json_extract(o.event, '$.endsAt') > json_extract(i.event, '$.startsAt')) AS busy
     FROM items i JOIN sightings g ON g.item_id = i.id JOIN sources s ON s.id = g.source_id AND s.connector = 'calendar'
     JOIN identities n ON n.value = json_extract(i.event, '$.organizer')
     WHERE i.kind = 'event' AND i.superseded_by IS NULL AND i.thread_id IS NOT NULL
       AND json_extract(i.event, '$.ownAnswer') = 'needs_action' AND json_extract(i.event, '$.status') = 'confirmed'
       AND json_extract(i.event, '$.rrule') IS NULL AND json_extract(i.event, '$.startsAt') BETWEEN ? AND ?
       AND (n.in_contacts = 1 OR n.written_count > 0) AND n.is_owner = 0
     ORDER BY json_extract(i.event, '$.startsAt') LIMIT ?`,
    fromAt,
    toAt,
    limit,
  );
}

/** Whether a rule ever proposed something about a thread: it asks once. */
export async function hasRuleAsked(reading: Reading, rule: string, threadId: number): Promise<boolean> {
  const asked = sqlOf(reading).number(
    `SELECT 1 FROM proposals WHERE json_extract(origin, '$.rule') = ?
       AND EXISTS (SELECT 1 FROM json_each(origin, '$.openedThreads') WHERE value = ?) LIMIT 1`,
    rule,
    threadId,
  );
  return asked !== null;
}
