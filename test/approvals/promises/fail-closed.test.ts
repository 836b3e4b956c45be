// Holds R137.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readPolicy } from "../../../src/cli/door/with-door.ts";
import { StewardError } from "../../../src/core/errors.ts";
import { listLedger } from "../../../src/store/ledger.ts";
import { DoorHarness, ownersOrigin, typed } from "../../support/door-harness.ts";
import { postConnector } from "../../support/post-office.ts";

let door: DoorHarness;
beforeEach(async () => {
  door = await new DoorHarness().start();
});
afterEach(() => door.stopHere());

const letter = { to: ["paul@adler.example"], text: "Tuesday 14:00 suits me." };
const nothingHappened = (): void => {
  expect([door.post.sent.length, door.post.parcels.size, door.post.flags.size]).toEqual([0, 0, 0]);
};
const sql = (statement: string) => door.store.write((tx) => tx.sql.run(statement));

/** Turns as the running door does: a fault is said, and the next turn comes. Returns what was said. */
async function turns(times = 3): Promise<string[]> {
  const said: string[] = [];
  for (let at = 0; at < times; at += 1) {
    door.clock.jump(60_000);
    await door.turn().catch((error: unknown) => said.push(error instanceof Error ? error.message : String(error)));
  }
  return said;
}

async function approved(): Promise<string> {
  const letterSeen = await door.propose("post.send_letter", letter);
  await door.approve(letterSeen);
  return letterSeen.cardId;
}

describe("nothing happens, and it is said,", () => {
  it("while the policy cannot be read: neither proposing by itself, nor a yes, nor what was approved before", async () => {
    const cardId = await approved();
    const other = await door.propose("post.flag", { ids: ["a"] });
    const path = join(door.home, "policy.yaml");
    writeFileSync(path, "rulez:\n  - do: deny\n");
    door.setup.policy = () => readPolicy(path, []);
    await expect(door.approve(other)).rejects.toMatchObject({ code: "config" });
    const said = await turns();
    nothingHappened();
    expect(`${said.join(" ")} ${(await door.door.card(cardId))?.card.reason}`).toContain("rulez");
    const steps = [{ action: "post.flag", account: null, ask: { ids: ["b"] }, after: null }];
    const answer = await door.door
      .propose(steps, ownersOrigin)
      .catch((error: Error) => ({ kind: "refused", text: error.message }));
    expect(answer).toMatchObject({ kind: "refused", text: expect.stringContaining("rulez") });
  });

  it.each([
    ["an attempt", "attempts", "UPDATE"],
    ["the ledger", "ledger", "INSERT"],
    ["what was spent", "effects", "INSERT"],
    ["a card", "cards", "UPDATE"],
  ])("while the database takes no change of %s", async (_what, table, change) => {
    await approved();
    await sql(
      `CREATE TRIGGER refused BEFORE ${change} ON ${table} BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END`,
    );
    await turns();
    nothingHappened();
    await sql("DROP TRIGGER refused");
    door.clock.jump(3_600_000);
    await turns();
    expect(door.post.sent).toHaveLength(1);
  });

  it("while the rows of a decision, a revision or a card read differently than they were written", async () => {
    const spoil = [
      "UPDATE decisions SET sha256 = 'x'",
      "UPDATE decisions SET kind = 'later'",
      'UPDATE card_revisions SET content = replace(content, \'"tier":"send"\', \'"tier":"harmless"\')',
      "UPDATE card_revisions SET content = replace(content, 'clara@weiss.example', 'eve@evil.example')",
      "UPDATE card_revisions SET sha256 = 'x'",
      "UPDATE card_revisions SET content = '{'",
      "DELETE FROM decisions",
      "UPDATE cards SET source_id = 'another'",
    ];
    for (const statement of spoil) {
      const other = await new DoorHarness().start();
      try {
        await other.approve(await other.propose("post.send_letter", letter));
        const how = await other.store.write((tx) => tx.sql.run(statement)).catch(() => null);
        other.clock.jump(60_000);
        for (const _turn of [1, 2]) await other.turn().catch(() => undefined);
        // What the database itself refuses to change is what was approved.
        expect(other.post.sent.length, statement).toBe(how === null ? 1 : 0);
      } finally {
        await other.stopHere();
      }
    }
  });

  it("while the secrets are locked, or it cannot be told whether a passkey is enrolled", async () => {
    const seen = await door.propose("post.send_letter", letter);
    door.setup.hasPasskey = async () => {
      throw new StewardError("database_busy", "Another steward is busy.");
    };
    await expect(door.approve(seen)).rejects.toMatchObject({ code: "database_busy" });
    door.setup.hasPasskey = async () => false;
    await door.approve(seen);
    const [connector] = door.setup.connectors;
    const connect = connector?.connect;
    Reflect.set(connector ?? {}, "connect", async () => {
      throw new StewardError("locked", "The secrets are locked.", { cure: "Unlock your keychain." });
    });
    await turns();
    nothingHappened();
    expect((await door.door.card(seen.cardId))?.card.reason).not.toBe("");
    Reflect.set(connector ?? {}, "connect", connect);
    await turns();
    expect(door.post.sent).toHaveLength(1);
  });

  it("when an action's tier is none that is known: there is no card of it at all", async () => {
    const connector = postConnector();
    const actions = connector.actions.map((action) =>
      action.name === "post.flag" ? { ...action, tier: "harmless", raise: () => "harmless" } : action,
    );
    const odd = await new DoorHarness([{ ...connector, actions: JSON.parse("[]") }]).start();
    try {
      Reflect.set(odd.setup.connectors[0] ?? {}, "actions", actions);
      const steps = [{ action: "post.flag", account: null, ask: { ids: ["a"] }, after: null }];
      const answer = await odd.door.propose(steps, ownersOrigin).catch(() => ({ kind: "refused" }));
      expect(answer.kind).toBe("refused");
      await odd.turn();
      expect(odd.post.flags.size).toBe(0);
    } finally {
      await odd.stopHere();
    }
  });
});

describe("what went wrong", () => {
  it("is written down: the ledger has a line, and the owner is told", async () => {
    const cardId = await approved();
    await sql("DELETE FROM decisions");
    await turns();
    const kinds = (await listLedger(door.store, { cardId, limit: 20 })).map(({ kind }) => kind);
    expect(kinds).toContain("failed");
    const settled = await door.door.settle(cardId, true, typed);
    expect(settled).toMatchObject({ kind: "refused" });
  });
});
