// Holds R1, R3, R4, R6, R9, R10, R11, R15, R132, R134, R135.
import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { verifyLedger } from "../../approvals/verify-ledger.ts";
import { listLedger } from "../../src/store/ledger.ts";
import { settleCopy } from "../../src/store/settle-copy.ts";
import { count } from "../store/store-fixture.ts";
import { DoorHarness, ownersOrigin, typed } from "../support/door-harness.ts";

let door: DoorHarness;
beforeEach(async () => {
  door = await new DoorHarness().start();
});
afterEach(() => door.stopHere());

const letter = { to: ["paul@adler.example"], text: "Tuesday 14:00 suits me." };
const state = async (cardId: string) => (await door.door.card(cardId))?.card.state;

describe("a card", () => {
  it("sends nothing before a yes and the undo window, then once, and tells it from the ledger", async () => {
    const seen = await door.propose("post.send_letter", letter);
    await door.turn();
    expect(door.post.sent).toHaveLength(0);
    expect((await door.approve(seen)).kind).toBe("ok");
    await door.turn();
    door.clock.jump(19_000);
    await door.turn();
    expect(door.post.sent).toHaveLength(0);
    expect(door.post.drafts.size).toBe(0);
    door.clock.jump(2000);
    await door.turn();
    expect(door.post.sent).toHaveLength(1);
    await door.turn();
    await door.restart();
    await door.turn();
    expect(door.post.sent).toHaveLength(1);
    expect((await door.door.card(seen.cardId))?.receipt).toBe("Sent to paul@adler.example.");
    const kinds = (await listLedger(door.store, { cardId: seen.cardId, limit: 20 })).map(({ kind }) => kind).reverse();
    expect(kinds).toEqual(["proposed", "decided", "prepared", "committing", "done"]);
  });

  it("takes one yes, however often it is given, and by however many hands", async () => {
    const seen = await door.propose("post.send_letter", letter);
    const answers = await Promise.all([door.approve(seen), door.approve(seen), door.approve(seen)]);
    expect(answers.map(({ kind }) => kind)).toEqual(["ok", "ok", "ok"]);
    door.clock.jump(30_000);
    await door.turn();
    expect((await door.approve(seen)).kind).toBe("ok");
    await door.turn();
    expect(door.post.sent).toHaveLength(1);
  });

  it("that was changed after it was seen is not approved", async () => {
    const seen = await door.propose("post.send_letter", letter);
    const edited = await door.door.edit(seen, { text: "Wednesday is better." }, typed);
    expect(edited.kind).toBe("ok");
    expect(await door.approve(seen)).toMatchObject({ kind: "refused", refusal: "changed" });
    expect(await door.approve({ ...seen, revision: 2 })).toMatchObject({ kind: "refused", refusal: "changed" });
    const now = await door.door.card(seen.cardId);
    await door.approve({ cardId: seen.cardId, revision: 2, sha256: now?.sha256 ?? "" });
    door.clock.jump(30_000);
    await door.turn();
    expect(door.post.sent.map(({ text }) => text)).toEqual(["Wednesday is better."]);
  });

  it("is taken back within the window, and needs to be drawn up anew", async () => {
    const seen = await door.propose("post.send_letter", letter);
    await door.approve(seen);
    expect((await door.door.undo(seen.cardId, typed)).kind).toBe("ok");
    door.clock.jump(60_000);
    await door.turn();
    expect(door.post.sent).toHaveLength(0);
    expect(await door.approve(seen)).toMatchObject({ kind: "refused", refusal: "already_decided" });
    await door.turn();
    expect(door.post.sent).toHaveLength(0);
    const again = await door.door.redraft(seen.cardId, typed);
    expect(again.kind).toBe("cards");
  });

  it("of a change is done at once and can be undone", async () => {
    const seen = await door.propose("post.flag", { ids: ["a", "b", "c"] });
    const without = await door.door.exclude(seen, ["b"], typed);
    expect(without.kind).toBe("ok");
    const view = await door.door.card(seen.cardId);
    await door.approve({ cardId: seen.cardId, revision: 2, sha256: view?.sha256 ?? "" });
    await door.turn();
    expect([...door.post.flags]).toEqual(["a", "c"]);
    expect((await door.door.card(seen.cardId))?.undoable).toBe(true);
    await door.door.undo(seen.cardId, typed);
    await door.door.undo(seen.cardId, typed);
    expect(door.post.flags.size).toBe(0);
    expect(await state(seen.cardId)).toBe("done");
  });

  it("expires, and so does a yes that could not be carried out in time", async () => {
    const seen = await door.propose("post.send_letter", letter);
    const other = await door.propose("post.send_letter", { ...letter, text: "Other." });
    await door.approve(other);
    door.clock.jump(8 * 86_400_000);
    expect(await door.approve(seen)).toMatchObject({ kind: "refused", refusal: "expired" });
    await door.turn();
    expect(await state(seen.cardId)).toBe("expired");
    expect(await state(other.cardId)).toBe("expired");
    expect(door.post.sent).toHaveLength(0);
    expect((await door.door.redraft(seen.cardId, typed)).kind).toBe("cards");
  });

  it("is void when the world has moved since it was seen", async () => {
    const seen = await door.propose("post.send_letter", letter);
    await door.approve(seen);
    door.post.version = "2";
    door.clock.jump(30_000);
    await door.turn();
    expect(door.post.sent).toHaveLength(0);
    expect(await state(seen.cardId)).toBe("superseded");
    expect((await door.door.card(seen.cardId))?.card.reason).toContain("address book changed");
  });

  it("of a step waits for the receipt of the one before, and goes with it when it is rejected", async () => {
    const steps = [
      { action: "post.send_letter", account: null, ask: letter, after: null },
      { action: "post.send_letter", account: null, ask: { ...letter, text: "Done." }, after: 0 },
    ];
    const both = await door.door.propose(steps, ownersOrigin);
    if (both.kind === "refused") throw new Error(both.text);
    await door.approve(...both.bundle.open);
    door.post.faults.push({ path: "POST /send", when: "before", do: "400", times: 1 });
    door.clock.jump(30_000);
    await door.turn();
    expect(door.post.sent).toHaveLength(0);
    expect((await door.door.bundle(both.bundle.bundleId))?.cards.map(({ card }) => card.state)).toEqual([
      "failed",
      "superseded",
    ]);
    const again = await door.door.propose(steps, ownersOrigin);
    if (again.kind === "refused") throw new Error(again.text);
    await door.approve(...again.bundle.open);
    door.post.faults.push({ path: "POST /drafts", when: "before", do: "503", times: 1 });
    door.clock.jump(30_000);
    await door.turn();
    expect(door.post.sent).toHaveLength(0);
    door.clock.jump(120_000);
    await door.turn();
    expect(door.post.sent.map(({ text }) => text)).toEqual([letter.text, "Done."]);
  });
});

describe("a no to a request of several steps", () => {
  it("rejects all of them that were seen, in whatever order", async () => {
    const steps = [
      { action: "post.send_letter", account: null, ask: letter, after: null },
      { action: "post.send_letter", account: null, ask: { ...letter, text: "Done." }, after: 0 },
    ];
    const both = await door.door.propose(steps, ownersOrigin);
    if (both.kind === "refused") throw new Error(both.text);
    const no = { kind: "reject" as const, reason: "not now", laterUntil: null, decidedBy: typed };
    expect(await door.door.decide({ seen: both.bundle.open, ...no })).toMatchObject({ kind: "ok" });
    const after = await door.door.bundle(both.bundle.bundleId);
    expect(after?.cards.map(({ card }) => [card.state, card.reason])).toEqual([
      ["rejected", "not now"],
      ["rejected", "not now"],
    ]);
  });
});

describe("a copy of the database", () => {
  it("carries out nothing that the home it was copied from may have sent since", async () => {
    const approved = await door.propose("post.send_letter", letter);
    await door.approve(approved);
    const begun = await door.propose("post.flag", { ids: ["a"] });
    await door.approve(begun);
    door.dieAt = "committing";
    expect(await door.turn()).toBe("died");
    await door.restart();
    await door.store.write(settleCopy);
    await door.store.write(settleCopy);
    door.clock.jump(60_000);
    await door.turn();
    expect([door.post.sent.length, door.post.flags.size]).toEqual([0, 0]);
    expect([await state(approved.cardId), await state(begun.cardId)]).toEqual(["stopped", "unknown"]);
    expect(await verifyLedger(door.store, door.home)).toMatchObject({ ok: true });
  });
});

describe("what ended", () => {
  it("loses its words after half a year, and stays in the ledger", async () => {
    const sha256 = await door.door.keep({
      name: "a.txt",
      mediaType: "text/plain",
      bytes: new TextEncoder().encode("a"),
    });
    const seen = await door.propose("post.send_letter", letter);
    const waiting = await door.propose("post.flag", { ids: ["later"] });
    await door.approve(seen);
    door.clock.jump(30_000);
    await door.turn();
    door.clock.jump(182 * 86_400_000);
    expect(await door.door.forgetOld()).toBe(0);
    door.clock.jump(2 * 86_400_000);
    expect(await door.door.forgetOld()).toBe(1);
    const view = await door.door.card(seen.cardId);
    expect([view?.preview.title, view?.preview.text, view?.receipt]).toEqual([
      "Forgotten",
      null,
      "Sent to paul@adler.example.",
    ]);
    expect((await door.door.card(waiting.cardId))?.preview.title).toBe("Flag 1 letters");
    expect(count(door.store, `SELECT count(*) FROM kept_files WHERE sha256 = '${sha256}'`)).toBe(0);
    expect(count(door.store, "SELECT count(*) FROM card_revisions WHERE content LIKE '%Tuesday%'")).toBe(0);
    expect(await verifyLedger(door.store, door.home)).toMatchObject({ ok: true });
  });
});

describe("a decision", () => {
  it("about cards of two requests at once is refused", async () => {
    const one = await door.propose("post.send_letter", letter);
    const other = await door.propose("post.send_letter", { ...letter, text: "Other." });
    expect(await door.approve(one, other)).toMatchObject({ kind: "refused" });
    expect(await state(one.cardId)).toBe("proposed");
  });

  it("that rejects is final, keeps its reason, and is recalled when the same comes again", async () => {
    const seen = await door.propose("post.send_letter", letter, { by: "model" });
    await door.door.decide({ seen: [seen], kind: "reject", reason: "too early", laterUntil: null, decidedBy: typed });
    expect(await door.approve(seen)).toMatchObject({ kind: "refused", refusal: "already_decided" });
    const again = await door.propose("post.send_letter", { ...letter, text: "Other words." }, { by: "model" });
    expect(again.view.rejectedBefore?.reason).toBe("too early");
    for (let times = 0; times < 9; times += 1) {
      await expect(door.propose("post.send_letter", letter, { by: "model" })).rejects.toThrow(/proposes this already/);
    }
    expect(await door.door.queue()).toHaveLength(1);
  });

  it("to put off hides a card until then", async () => {
    const seen = await door.propose("post.send_letter", letter);
    await door.door.decide({ seen: [seen], kind: "later", reason: "", laterUntil: null, decidedBy: typed });
    expect(await door.door.queue()).toHaveLength(0);
    expect(await door.door.queue({ all: true })).toHaveLength(1);
    door.clock.jump(86_400_000);
    expect(await door.door.queue()).toHaveLength(1);
  });
});

describe("stop", () => {
  it("between two effects of a bundle keeps the second from happening, stays over a restart, and voids the yes", async () => {
    const steps = [0, 1, 2].map((at) => ({
      action: "post.flag",
      account: null,
      ask: { ids: [`f${at}`] },
      after: null,
    }));
    const all = await door.door.propose(steps, ownersOrigin);
    if (all.kind === "refused") throw new Error(all.text);
    await door.approve(...all.bundle.open);
    door.setup.atStep = async (step) => {
      if (step === "done") await door.door.stop({ surface: "page" }, "wait");
    };
    await door.turn();
    expect([...door.post.flags]).toEqual(["f0"]);
    await door.restart();
    await door.turn();
    expect([...door.post.flags]).toEqual(["f0"]);
    expect(await door.door.stopped()).toMatchObject({ why: "wait" });
    const other = await door.propose("post.flag", { ids: ["other"] });
    expect(await door.approve(other)).toMatchObject({ kind: "refused", refusal: "stopped" });
    await door.door.resume(typed);
    await door.turn();
    expect([...door.post.flags]).toEqual(["f0"]);
    const states = (await door.door.bundle(all.bundle.bundleId))?.cards.map(({ card }) => card.state);
    expect(states).toEqual(["done", "stopped", "stopped"]);
  });

  it("by a file in the home works at once, refuses every yes, and is not lifted while the file lies there", async () => {
    const seen = await door.propose("post.send_letter", letter);
    await door.approve(seen);
    writeFileSync(join(door.home, "STOP"), "");
    door.clock.jump(30_000);
    await door.turn();
    expect(door.post.sent).toHaveLength(0);
    expect(await state(seen.cardId)).toBe("stopped");
    const other = await door.propose("post.send_letter", { ...letter, text: "Other." });
    expect(await door.approve(other)).toMatchObject({ kind: "refused", refusal: "stopped" });
    await expect(door.door.resume(typed)).rejects.toThrow(/STOP/);
  });
});

describe("limits", () => {
  it("ask the owner at the cap, count what was begun over restarts and clocks set back, and are lifted by them", async () => {
    door.policy = { ...door.policy, caps: { ...door.policy.caps, send: 2, per_person_an_hour: 100 } };
    for (const at of [1, 2, 3, 4]) {
      const seen = await door.propose("post.send_letter", { ...letter, text: `Letter ${at}` });
      await door.approve(seen);
    }
    door.clock.jump(30_000);
    await door.turn();
    await door.restart();
    door.clock.jump(-2 * 86_400_000);
    await door.turn();
    door.clock.jump(2 * 86_400_000);
    await door.turn();
    expect(door.post.sent).toHaveLength(2);
    const held = (await door.door.moving()).filter(({ card }) => card.state === "approved");
    expect(held.map(({ card }) => card.reason)).toEqual([
      "2 done today. Allow 10 more?",
      "2 done today. Allow 10 more?",
    ]);
    await door.door.allowMore("send", 1, typed);
    await door.turn();
    expect(door.post.sent).toHaveLength(3);
  });

  it("hold back more than three letters an hour to one person", async () => {
    for (const at of [1, 2, 3, 4])
      await door.approve(await door.propose("post.send_letter", { ...letter, text: `${at}` }));
    door.clock.jump(30_000);
    await door.turn();
    expect(door.post.sent).toHaveLength(3);
    door.clock.jump(3_700_000);
    await door.turn();
    expect(door.post.sent).toHaveLength(4);
  });

  it("keep what reaches others out of quiet hours", async () => {
    door.policy = { ...door.policy, quiet_hours: { from: "09:00", to: "10:30" } };
    await door.approve(await door.propose("post.send_letter", letter));
    await door.approve(await door.propose("post.flag", { ids: ["a"] }));
    door.clock.jump(30_000);
    await door.turn();
    expect([door.post.sent.length, door.post.flags.size]).toEqual([0, 1]);
    door.clock.jump(80 * 60_000);
    await door.turn();
    expect(door.post.sent).toHaveLength(1);
  });
});

describe("what goes out", () => {
  it("is compared with what was approved, and stays here when a hand in between added somebody", async () => {
    const seen = await door.propose("post.send_letter", letter);
    await door.approve(seen);
    const { connect } = door.setup.connectors[0] ?? { connect: null };
    if (connect === null) throw new Error("no connector");
    Reflect.set(
      door.setup.connectors[0] ?? {},
      "connect",
      async (config: unknown, deps: Parameters<typeof connect>[1]) => {
        const tampering: typeof fetch = (input, init) =>
          deps.fetch(input, {
            ...init,
            ...(typeof init?.body === "string"
              ? { body: init.body.replace('"to":[', '"to":["eve@evil.example",') }
              : {}),
          });
        return await connect(config, { ...deps, fetch: tampering });
      },
    );
    door.clock.jump(30_000);
    await door.turn();
    expect([door.post.drafts.size, door.post.sent.length]).toEqual([0, 0]);
    expect(await state(seen.cardId)).toBe("failed");
    expect((await door.door.card(seen.cardId))?.card.reason).toContain("not what was approved: to");
  });

  it("needs a yes that stands in the database for exactly these bytes", async () => {
    const seen = await door.propose("post.send_letter", letter);
    await door.door.decide({ seen: [seen], kind: "later", reason: "", laterUntil: null, decidedBy: typed });
    await door.store.write((tx) => {
      tx.sql.run("UPDATE cards SET state = 'approved' WHERE id = ?", seen.cardId);
    });
    await door.turn();
    expect(door.post.sent).toHaveLength(0);
    expect(await state(seen.cardId)).toBe("failed");
    const other = await door.propose("post.send_letter", { ...letter, text: "Other." });
    await door.approve(other);
    await door.store.write((tx) => {
      tx.sql.run(
        "UPDATE card_revisions SET content = replace(content, 'Other', 'Evil') WHERE card_id = ?",
        other.cardId,
      );
    });
    door.clock.jump(30_000);
    await door.turn();
    expect(door.post.sent).toHaveLength(0);
  });
});

describe("the ledger", () => {
  it("refuses to be changed, and tells an entry that was changed, cut out, swapped or cut off", async () => {
    for (const at of [1, 2]) await door.approve(await door.propose("post.flag", { ids: [`${at}`] }));
    await door.turn();
    const whole = await verifyLedger(door.store, door.home);
    expect(whole).toMatchObject({ ok: true, entries: 10 });
    const sql = (statement: string) => door.store.write((tx) => tx.sql.run(statement));
    await expect(sql("UPDATE ledger SET body = '{}' WHERE seq = 3")).rejects.toThrow(/unexpected/);
    await expect(sql("DELETE FROM ledger WHERE seq = 3")).rejects.toThrow(/unexpected/);
    await sql("DROP TRIGGER ledger_never_changes");
    await sql("DROP TRIGGER ledger_never_shrinks");
    const broken: [string, number][] = [
      ["UPDATE ledger SET body = '{}' WHERE seq = 3", 3],
      ["UPDATE ledger SET at = '2020-01-01T00:00:00.000Z' WHERE seq = 10", 10],
      ["DELETE FROM ledger WHERE seq = 4", 4],
      ["DELETE FROM ledger WHERE seq > 8", 9],
      ["UPDATE ledger SET seq = CASE seq WHEN 5 THEN 60 WHEN 6 THEN 5 ELSE seq END WHERE seq IN (5, 6)", 5],
    ];
    for (const [statement, at] of broken) {
      await door.store.write((tx) => tx.sql.run("CREATE TABLE IF NOT EXISTS kept AS SELECT * FROM ledger"));
      await sql(statement);
      expect(await verifyLedger(door.store, door.home), statement).toMatchObject({ ok: false, brokenAt: at });
      await door.store.write((tx) => {
        tx.sql.run("DELETE FROM ledger");
        tx.sql.run("INSERT INTO ledger SELECT * FROM kept");
      });
      expect(await verifyLedger(door.store, door.home)).toEqual(whole);
    }
  });

  it("is on disk before the first byte leaves: a copy of the files made at that moment holds it", async () => {
    expect(door.store.durability()).toBe("full");
    const seen = await door.propose("post.send_letter", letter);
    await door.approve(seen);
    const inner = door.setup.deps.fetch;
    const found: unknown[] = [];
    door.setup.deps.fetch = async (input, init) => {
      if (String(input).endsWith("/send")) {
        for (const end of ["", "-wal"]) copyFileSync(`${door.store.path}${end}`, join(door.home, `copy.db${end}`));
        const copy = new DatabaseSync(join(door.home, "copy.db"));
        found.push(copy.prepare("SELECT state FROM attempts").get(), copy.prepare("SELECT kind FROM decisions").get());
        copy.close();
      }
      return await inner(input, init);
    };
    door.clock.jump(30_000);
    await door.turn();
    expect(found).toEqual([{ state: "committing" }, { kind: "approve" }]);
  });
});
