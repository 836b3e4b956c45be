import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { gmailDoor } from "../../connectors/gmail/door.ts";
import { proposeByRule } from "../../src/triage/propose-by-rule.ts";
import { refreshTriage } from "../../src/triage/read-digest.ts";
import { type GoogleBase, GoogleDoor, makeGoogleBase } from "../support/google-door.ts";

let base: GoogleBase;
beforeAll(async () => {
  base = await makeGoogleBase([gmailDoor]);
}, 60_000);
afterAll(() => base.close());

describe("a bulk card that somebody else than the owner asks for", () => {
  it("comes without what is not to be buried, and not at all when nothing else is left", async () => {
    const door = await new GoogleDoor(base).start();
    try {
      await refreshTriage(door.store, base.life.reading);
      const reading = { store: door.store, nowMs: door.clock.now(), newId: door.setup.newId };
      await proposeByRule(reading);
      await door.turn();
      const lines = async () => (await door.door.queue()).map(({ cards }) => cards[0]?.preview.lines ?? []);
      const [bulk = []] = await lines();
      const known = threadOfKnown(door);
      const origin = {
        by: "model" as const,
        surface: "schedule" as const,
        utterance: null,
        rule: null,
        itemsRead: [],
        openedThreads: [],
        callId: "c",
      };
      const archive = (threads: number[]) =>
        door.door.propose([{ action: "gmail.archive", account: null, ask: { threads }, after: null }], origin);
      expect(await archive([known.threadId])).toMatchObject({
        kind: "refused",
        text: expect.stringMatching(/not to be buried/),
      });
      const other = threadOfMail(door, bulk[0]?.id ?? "");
      const made = await archive([known.threadId, other]);
      const kept = made.kind === "cards" ? made.bundle.cards[0] : undefined;
      expect(kept?.preview.lines.map(({ id }) => id)).toContain(bulk[0]?.id);
      expect(JSON.stringify(kept?.preview.lines)).not.toContain(known.address);
    } finally {
      await door.stopHere();
    }
  });
});

function threadOfMail(door: GoogleDoor, externalId: string): number {
  const row = door.store.read.get(
    z.object({ id: z.number() }),
    "SELECT i.thread_id AS id FROM items i JOIN sightings s ON s.item_id = i.id WHERE s.external_id = ?",
    externalId,
  );
  if (row === null) throw new Error("no such mail");
  return row.id;
}

/** A conversation in the inbox that somebody in the owner's contacts began. */
function threadOfKnown(door: GoogleDoor): { threadId: number; address: string } {
  const row = door.store.read.get(
    z.object({ id: z.number(), value: z.string() }),
    `SELECT i.thread_id AS id, n.value FROM items i JOIN identities n ON n.id = i.sender_id
     WHERE i.channel = 'mail' AND n.in_contacts = 1 AND EXISTS (SELECT 1 FROM json_each(i.labels) WHERE value = 'Inbox')
     ORDER BY i.sent_at DESC LIMIT 1`,
  );
  if (row === null) throw new Error("nobody known wrote");
  return { threadId: row.id, address: row.value };
}
