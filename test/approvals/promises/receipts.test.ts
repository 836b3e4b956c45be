// Holds R136.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { canonicalHash } from "../../../src/core/canonical.ts";
import { listLedger } from "../../../src/store/ledger.ts";
import { DoorHarness, typed } from "../../support/door-harness.ts";

let door: DoorHarness;
beforeEach(async () => {
  door = await new DoorHarness().start();
});
afterEach(() => door.stopHere());

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const proposedBody = z.looseObject({ sha256, by: z.string(), callId: z.string(), itemsRead: z.array(z.number()) });
const decidedBody = z.looseObject({
  id: z.string(),
  kind: z.string(),
  sha256,
  revision: z.number(),
  decidedBy: z.unknown(),
});
const doneBody = z.looseObject({
  attempt: z.string(),
  decision: z.string(),
  sha256,
  callId: z.string(),
  itemsRead: z.array(z.number()),
  receipt: z.string(),
  requests: z.array(
    z.looseObject({ method: z.string(), path: z.string(), sha256, status: z.number(), answerSha256: sha256 }),
  ),
});

describe("every effect", () => {
  it.each([
    ["post.send_letter", { to: ["paul@adler.example"], text: "Tuesday 14:00 suits me." }],
    ["post.send_parcel", { to: "paul@adler.example", what: "Keys" }],
    ["post.flag", { ids: ["a", "b"] }],
  ])("of %s can be walked back to what was read, who asked, what was shown and who said yes", async (action, ask) => {
    const seen = await door.propose(action, ask, { by: "model", callId: "call-7", itemsRead: [11, 12] });
    await door.approve(seen);
    door.clock.jump(60_000);
    await door.turn();
    const entries = (await listLedger(door.store, { cardId: seen.cardId, limit: 20 })).reverse();
    const body = (kind: string): unknown => entries.find((one) => one.kind === kind)?.body;
    const proposed = proposedBody.parse(body("proposed"));
    const decided = decidedBody.parse(body("decided"));
    const done = doneBody.parse(body("done"));
    expect([proposed.callId, proposed.itemsRead, proposed.by]).toEqual(["call-7", [11, 12], "model"]);
    expect([done.callId, done.itemsRead]).toEqual([proposed.callId, proposed.itemsRead]);
    expect(done.decision).toBe(decided.id);
    expect(decided).toMatchObject({ kind: "approve", revision: seen.revision, decidedBy: typed });
    const view = await door.door.card(seen.cardId);
    expect(canonicalHash(view?.content)).toBe(done.sha256);
    expect([proposed.sha256, decided.sha256, done.sha256]).toEqual([seen.sha256, seen.sha256, seen.sha256]);
    expect(view?.attempts.map(({ id }) => id)).toContain(done.attempt);
    expect(done.requests).toHaveLength(1);
    expect(view?.receipt).toBe(done.receipt);
  });
});
