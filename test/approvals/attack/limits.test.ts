import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { noteLedgerHead, verifyLedger } from "../../../approvals/verify-ledger.ts";
import { grantedSince } from "../../../src/store/effects.ts";
import { getKeptFile } from "../../../src/store/kept-files.ts";
import { DoorHarness, typed } from "../../support/door-harness.ts";
import { postConnector } from "../../support/post-office.ts";

let door: DoorHarness;
beforeEach(async () => {
  door = await new DoorHarness([postConnector()]).start();
});
afterEach(() => door.stopHere());

const letter = { to: ["paul@adler.example"], text: "Tuesday 14:00 suits me." };
const state = async (cardId: string) => (await door.door.card(cardId))?.card.state;
const model = { by: "model" as const, callId: "c" };

/** What the page's form says. */
async function reject(seen: Parameters<DoorHarness["approve"]>[0]) {
  const { cardId, revision, sha256 } = seen;
  const given = { kind: "reject" as const, reason: "no", laterUntil: null, decidedBy: typed };
  return await door.door.decide({ seen: [{ cardId, revision, sha256 }], ...given });
}

describe("the cap of a person", () => {
  async function send(to: string[]) {
    const seen = await door.propose("post.send_letter", { ...letter, to });
    await door.approve(seen);
    door.clock.jump(30_000);
    await door.turn();
    return await state(seen.cardId);
  }

  it("is not passed by writing their address another way, or by another address of theirs", async () => {
    await send(["paul@gmail.com"]);
    await send(["Paul@GMAIL.com"]);
    await send(["p.aul+work@googlemail.com"]);
    expect(await send(["paul+4@gmail.com"])).toBe("approved");
    expect(await send(["somebody@else.example", "PAUL@gmail.com"])).toBe("approved");
    expect(door.post.sent).toHaveLength(3);
    await door.store.write((tx) => {
      tx.sql.run("INSERT INTO people (id, name) VALUES (77, 'Paul')");
      for (const value of ["paul@gmail.com", "paul@adler.example"]) {
        tx.sql.run("INSERT INTO identities (kind, value, person_id) VALUES ('email', ?, 77)", value);
      }
    });
    expect(await send(["paul@adler.example"])).toBe("approved");
    await door.door.allowMore("to PAUL+x@gmail.com", 1, typed);
    await door.turn();
    expect(door.post.sent).toHaveLength(4);
  });

  it("is not lifted by a leave that a clock ahead of its time gave", async () => {
    door.clock.jump(365 * 86_400_000);
    await door.door.allowMore("send", 10, typed);
    door.clock.jump(-365 * 86_400_000);
    const nowAt = new Date(door.clock.now()).toISOString();
    expect(await grantedSince(door.store, "send", nowAt.slice(0, 10), nowAt)).toBe(0);
  });
});

describe("what was rejected", () => {
  it("comes as one card however often it is asked for again, with other words, tags or capitals", async () => {
    const first = await door.propose("post.send_letter", letter, model);
    await reject(first);
    const forms = ["paul@adler.example", "Paul@Adler.example", "paul+a@adler.example", "paul+b@ADLER.example"];
    let made = 0;
    for (let at = 0; at < 12; at += 1) {
      const ask = { to: [forms[at % forms.length] ?? ""], text: `Please, number ${at}` };
      await door.propose("post.send_letter", ask, model).then(
        () => (made += 1),
        () => undefined,
      );
    }
    expect(made).toBe(1);
    const [bundle] = await door.door.queue();
    expect(bundle?.cards[0]?.rejectedBefore?.reason).toBe("no");
    expect(bundle?.cards[0]?.verdict.warnings.map(({ code }) => code)).toContain("rejected_before");
  });
});

describe("a screen full of cards", () => {
  it("shows what is due behind hundreds that are put off", async () => {
    const late = await door.propose("post.flag", { ids: ["late"] });
    await door.store.write((tx) => {
      tx.sql.run("UPDATE cards SET later_until = '2026-11-15T08:00:00.000Z', number = 1 WHERE id = ?", late.cardId);
      for (let at = 0; at < 600; at += 1) {
        tx.sql.run(
          `INSERT INTO cards SELECT 'l' || ?, ? + 10, 'l' || ?, 0, NULL, action, account, source_id, state, reason, revision, origin,
             target, thread_id, thread_mark, created_at, changed_at, expires_at, later_until, send_at, undone_at, marked_done_at
           FROM cards WHERE id = ?`,
          at,
          at,
          at,
          late.cardId,
        );
      }
    });
    const due = await door.propose("post.flag", { ids: ["due"] });
    expect((await door.door.queue()).map(({ cards }) => cards[0]?.card.id)).toEqual([due.cardId]);
  });

  it("asks each account once what it may", async () => {
    for (const at of [1, 2, 3, 4]) await door.propose("post.flag", { ids: [`${at}`] });
    let asked = 0;
    Reflect.set(door.setup.connectors[0] ?? {}, "access", async () => {
      asked += 1;
      return { state: "ok" };
    });
    expect(await door.door.queue()).toHaveLength(4);
    expect(asked).toBe(1);
  });
});

describe("a damaged card", () => {
  it("hides no other, is approved by nobody, and can be rejected", async () => {
    const bad = await door.propose("post.send_letter", letter);
    const good = await door.propose("post.flag", { ids: ["a"] });
    await door.store.write((tx) =>
      tx.sql.run(
        "UPDATE card_revisions SET content = replace(content, 'suits', 'kills') WHERE card_id = ?",
        bad.cardId,
      ),
    );
    const queue = await door.door.queue();
    expect(queue.map(({ cards }) => cards[0]?.card.id)).toEqual([bad.cardId, good.cardId]);
    expect(queue[0]?.cards[0]).toMatchObject({
      verdict: { friction: "never" },
      editable: null,
      preview: { text: null },
    });
    expect((await door.approve(bad).catch(() => ({ kind: "error" }))).kind).not.toBe("ok");
    expect((await reject(bad)).kind).toBe("ok");
    expect(await door.door.history(5)).toHaveLength(1);
  });
});

describe("a kept file", () => {
  const file = { name: "a.pdf", mediaType: "application/pdf", bytes: new TextEncoder().encode("lease") };
  const yearMs = 365 * 86_400_000;

  it("is forgotten when no card carries it, and not when it was kept again just now", async () => {
    const sha256 = await door.door.keep(file);
    door.clock.jump(yearMs);
    await door.door.keep(file);
    await door.door.forgetOld();
    expect(await getKeptFile(door.store, sha256)).not.toBeNull();
    door.clock.jump(yearMs);
    await door.propose("post.send_letter", { ...letter, text: `With ${sha256}.` });
    await door.door.forgetOld();
    expect(await getKeptFile(door.store, sha256)).not.toBeNull();
    await door.turn();
    door.clock.jump(yearMs);
    await door.turn();
    door.clock.jump(yearMs);
    await door.door.forgetOld();
    expect(await getKeptFile(door.store, sha256)).toBeNull();
  });
});

describe("the head noted outside of the ledger", () => {
  it("is not moved on past a cut: what was cut off stays seen, and the owner is told", async () => {
    for (const at of [1, 2, 3]) await door.propose("post.flag", { ids: [`${at}`] });
    await door.turn();
    await door.store.write((tx) => {
      tx.sql.run("DROP TRIGGER ledger_never_shrinks");
      tx.sql.run("DELETE FROM ledger WHERE seq > 1");
    });
    for (const at of [4, 5, 6, 7]) await door.propose("post.flag", { ids: [`${at}`] });
    await door.turn();
    expect(await verifyLedger(door.store, door.home)).toMatchObject({ ok: false, brokenAt: 3 });
    const notices = await door.store.write((tx) =>
      tx.sql.number("SELECT count(*) FROM notices WHERE key LIKE 'ledger:%' AND level = 'push'"),
    );
    expect(notices).toBe(1);
  });

  it("that cannot be read stops nothing, and is said by verify", async () => {
    await door.propose("post.flag", { ids: ["a"] });
    await door.turn();
    const path = join(door.home, "ledger.head");
    expect(readFileSync(path, "utf8")).toContain("hash");
    writeFileSync(path, "{");
    await door.turn();
    await noteLedgerHead(door.store, door.home);
    expect(await verifyLedger(door.store, door.home)).toMatchObject({ ok: false });
    expect(readFileSync(path, "utf8")).toBe("{");
  });
});
