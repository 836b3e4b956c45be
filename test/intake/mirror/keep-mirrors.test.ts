import { existsSync, mkdirSync, readFileSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { RawRecord } from "../../../src/core/record.ts";
import { keepMirrors } from "../../../src/intake/mirror/keep-mirrors.ts";
import { refuseMirrorPath } from "../../../src/intake/mirror/mirror-path.ts";
import { listMirrors } from "../../../src/store/mirrors.ts";
import type { Store } from "../../../src/store/open-store.ts";
import { registerSource, removeSource } from "../../../src/store/sources.ts";
import { clock, folderMaker, storeMaker } from "../../store/store-fixture.ts";
import { documentRecord, filesBelow, Killed, killAt, placeOf, type Told, tell } from "./mirror-harness.ts";

const newStore = storeMaker();
const newFolder = folderMaker();

interface Kept {
  store: Store;
  home: string;
  drive: string;
  keep(records: RawRecord[], gone?: string[], sourceId?: string): Promise<string[]>;
}

async function open(): Promise<Kept> {
  const store = await newStore();
  const home = newFolder();
  const drive = join(home, "drive");
  const mirror = { drive, contactsSheet: join(home, "contacts.sheet.csv") };
  return {
    store,
    home,
    drive,
    keep: async (records, gone = [], sourceId = "a") =>
      (await keepMirrors({ store, clock, mirror }, sourceId, records, gone)).map((problem) => problem.reason),
  };
}

const car = (text: string, path = "Car/car.md"): RawRecord => documentRecord("car-id", path, text);

describe("a mirrored file", () => {
  test("is written in its folders, and again when the service has news", async () => {
    const { keep, drive } = await open();
    await keep([car("one")]);
    expect(filesBelow(drive)).toEqual({ "Car/car.md": "one" });
    await keep([car("two")]);
    await keep([car("two")]);
    expect(filesBelow(drive)).toEqual({ "Car/car.md": "two" });
  });

  test("that was edited here is left alone while the service has nothing new", async () => {
    const { keep, drive } = await open();
    await keep([car("one")]);
    writeFileSync(join(drive, "Car/car.md"), "mine");
    await keep([car("one")]);
    expect(filesBelow(drive)).toEqual({ "Car/car.md": "mine" });
  });

  test("that was edited here and there gets the service's version put beside it", async () => {
    const { keep, drive } = await open();
    await keep([car("one")]);
    writeFileSync(join(drive, "Car/car.md"), "mine");
    await keep([car("two")]);
    await keep([car("two")]);
    expect(filesBelow(drive)).toEqual({ "Car/car.md": "mine", "Car/car.from-drive.md": "two" });
    await keep([car("three")]);
    expect(filesBelow(drive)).toEqual({ "Car/car.md": "mine", "Car/car.from-drive.md": "three" });
    await keep([car("mine")]);
    expect(filesBelow(drive)).toEqual({ "Car/car.md": "mine" });
  });

  test("that was put beside and then worked in is not overwritten either", async () => {
    const { keep, drive } = await open();
    await keep([car("one")]);
    writeFileSync(join(drive, "Car/car.md"), "mine");
    await keep([car("two")]);
    writeFileSync(join(drive, "Car/car.from-drive.md"), "merged by hand");
    await keep([car("three")]);
    expect(filesBelow(drive)).toEqual({
      "Car/car.md": "mine",
      "Car/car.from-drive.md": "merged by hand",
      "Car/car.from-drive-2.md": "three",
    });
  });

  test("that was deleted here comes back with the next change only", async () => {
    const { keep, drive } = await open();
    await keep([car("one")]);
    unlinkSync(join(drive, "Car/car.md"));
    await keep([car("one")]);
    expect(filesBelow(drive)).toEqual({});
    await keep([car("two")]);
    expect(filesBelow(drive)).toEqual({ "Car/car.md": "two" });
  });

  test("moves with its edits when it was renamed at the service", async () => {
    const { keep, drive } = await open();
    await keep([car("one")]);
    writeFileSync(join(drive, "Car/car.md"), "mine");
    await keep([car("one", "Garage/skoda.md")]);
    expect(filesBelow(drive)).toEqual({ "Garage/skoda.md": "mine" });
    expect(existsSync(join(drive, "Car"))).toBe(false);
  });

  test("never takes the place of a file that the owner put there", async () => {
    const { keep, drive } = await open();
    mkdirSync(join(drive, "Car"), { recursive: true });
    writeFileSync(join(drive, "Car/car.md"), "the owner's own");
    await keep([car("from the service")]);
    expect(filesBelow(drive)).toEqual({
      "Car/car.md": "the owner's own",
      "Car/car.from-drive.md": "from the service",
    });
  });

  test("never shares its place with another one, not even on a disk that knows no case", async () => {
    const { keep, drive, store } = await open();
    await keep([documentRecord("a1", "Plan.md", "one"), documentRecord("a2", "plan.md", "two")]);
    expect(Object.values(filesBelow(drive)).sort()).toEqual(["one", "two"]);
    const paths = (await listMirrors(store, "drive")).map((row) => row.path.toLowerCase());
    expect(new Set(paths).size).toBe(2);
  });

  test("of two accounts with equal names is two files", async () => {
    const { keep, drive } = await open();
    await keep([documentRecord("x1", "notes.md", "clara's")], [], "a");
    await keep([documentRecord("x2", "notes.md", "tom's")], [], "b");
    expect(Object.values(filesBelow(drive)).sort()).toEqual(["clara's", "tom's"]);
  });

  test("is found again when its source was removed and connected anew", async () => {
    const { keep, drive, store } = await open();
    await keep([car("one")]);
    await store.write((tx) => removeSource(tx, "a"));
    const again = { id: "c", connector: "drive", kind: "drive", location: "/c", label: "c", config: {} };
    await store.write((tx) => registerSource(tx, again));
    await keep([car("two")], [], "c");
    expect(filesBelow(drive)).toEqual({ "Car/car.md": "two" });
    expect(await listMirrors(store, "drive")).toHaveLength(1);
  });
});

describe("what the service lost", () => {
  test("is put aside, never destroyed, and comes back to its place", async () => {
    const { keep, drive } = await open();
    await keep([car("one")]);
    await keep([], ["car-id"]);
    expect(filesBelow(drive)).toEqual({ ".gone/2026-11-20/Car/car.md": "one" });
    await keep([], ["car-id"]);
    await keep([car("one")]);
    expect(filesBelow(drive)).toEqual({ "Car/car.md": "one" });
  });

  test("keeps what was edited here, in both directions", async () => {
    const { keep, drive } = await open();
    await keep([car("one")]);
    writeFileSync(join(drive, "Car/car.md"), "mine");
    await keep([], ["car-id"]);
    expect(filesBelow(drive)).toEqual({ ".gone/2026-11-20/Car/car.md": "mine" });
    await keep([car("two")]);
    expect(filesBelow(drive)).toEqual({ "Car/car.md": "mine", "Car/car.from-drive.md": "two" });
  });

  test("never lands on what was put aside before", async () => {
    const { keep, drive } = await open();
    await keep([documentRecord("a1", "notes.md", "first")]);
    await keep([], ["a1"]);
    await keep([documentRecord("a2", "notes.md", "second")]);
    await keep([], ["a2"]);
    expect(filesBelow(drive)).toEqual({
      ".gone/2026-11-20/notes.md": "first",
      ".gone/2026-11-20/notes.2.md": "second",
    });
    expect(await keep([], ["a1", "a2"])).toEqual([]);
    await keep([documentRecord("a2", "notes.md", "third")]);
    expect(filesBelow(drive)).toEqual({ ".gone/2026-11-20/notes.md": "first", "notes.md": "third" });
  });
});

describe("a hostile path", () => {
  const hostile = [
    "../outside.md",
    "/etc/outside.md",
    "Car/../../outside.md",
    "a\\..\\..\\outside.md",
    "C:outside.md",
    "Car//x.md",
    ".gone/x.md",
    ".ssh/authorized_keys",
    "Car/.",
    "",
    "nul\u0000byte.md",
    "esc\u001b[2J.md",
    `${"ä".repeat(150)}.md`,
    `${"folder/".repeat(200)}x.md`,
  ];

  test.each(hostile)("%j is a problem and no file", async (path) => {
    const { keep, home, drive } = await open();
    const problems = await keep([documentRecord("evil", path, "evil"), car("good")]);
    expect(problems).toEqual([expect.stringContaining("It was not kept as a file")]);
    expect(filesBelow(drive)).toEqual({ "Car/car.md": "good" });
    expect(Object.keys(filesBelow(home))).toEqual(["drive/Car/car.md"]);
    expect(refuseMirrorPath(path)).not.toBeNull();
  });

  test("cannot use a link inside the mirror to get out of it", async () => {
    const { keep, drive } = await open();
    const outside = newFolder();
    writeFileSync(join(outside, "car.md"), "precious");
    mkdirSync(drive);
    symlinkSync(outside, join(drive, "Car"));
    symlinkSync(join(outside, "car.md"), join(drive, "link.md"));
    const problems = await keep([
      car("evil"),
      documentRecord("l", "link.md", "evil"),
      documentRecord("g", "g.md", "good"),
    ]);
    expect(problems).toHaveLength(2);
    expect(filesBelow(outside)).toEqual({ "car.md": "precious" });
    expect(readFileSync(join(drive, "g.md"), "utf8")).toBe("good");
  });

  test("that is a folder here is a problem of that file only", async () => {
    const { keep, drive } = await open();
    mkdirSync(join(drive, "Car/car.md"), { recursive: true });
    expect(await keep([car("one"), documentRecord("g", "g.md", "good")])).toHaveLength(1);
    expect(filesBelow(drive)).toEqual({ "g.md": "good" });
  });
});

describe("a kill", () => {
  const story: { name: string; before: Told[]; edit?: string; page: Told; after?: Told }[] = [
    { name: "a first write", before: [], page: { records: [car("one")] } },
    { name: "a change", before: [{ records: [car("one")] }], page: { records: [car("two")] } },
    { name: "a conflict", before: [{ records: [car("one")] }], edit: "mine", page: { records: [car("two")] } },
    { name: "a move", before: [{ records: [car("one")] }], page: { records: [car("two", "New/place.md")] } },
    {
      name: "a move of an edited file",
      before: [{ records: [car("one")] }],
      edit: "mine",
      page: { records: [car("one", "New/place.md")] },
    },
    {
      name: "a loss, with another file taking the place",
      before: [{ records: [car("one")] }],
      edit: "mine",
      page: { gone: ["car-id"], records: [documentRecord("other", "Car/car.md", "other")] },
    },
    {
      name: "a loss, before a return",
      before: [{ records: [car("one")] }],
      edit: "mine",
      page: { gone: ["car-id"] },
      after: { records: [car("two")] },
    },
    {
      name: "a return",
      before: [{ records: [car("one")] }, { gone: ["car-id"] }],
      page: { records: [car("two")] },
    },
    {
      name: "the end of a conflict",
      before: [{ records: [car("one")] }, { records: [documentRecord("other", "o.md", "other")] }],
      edit: "mine",
      page: { records: [car("two"), car("mine")] },
    },
  ];

  async function play(one: (typeof story)[number], step: number, when: "before" | "after") {
    const store = await newStore();
    const folder = newFolder();
    const place = placeOf(store, folder);
    for (const told of one.before) await tell(place, told);
    if (one.edit !== undefined) writeFileSync(join(folder, "Car/car.md"), one.edit);
    const dying = killAt(store, place.disk, step, when);
    try {
      await tell({ ...place, ...dying }, one.page);
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
      await tell(place, one.page);
    }
    if (one.after !== undefined) await tell(place, one.after);
    await store.close();
    return { files: filesBelow(folder), steps: dying.steps() };
  }

  test.each(story)("at any point of $name leaves what no kill would have left", async (one) => {
    const whole = await play(one, 0, "before");
    expect(whole.steps).toBeGreaterThan(0);
    for (let step = 1; step <= whole.steps; step += 1) {
      for (const when of ["before", "after"] as const) {
        expect({ step, when, files: (await play(one, step, when)).files }).toEqual({ step, when, files: whole.files });
      }
    }
  });
});

describe("the contacts table", () => {
  const table = (externalId: string, text: string): RawRecord => ({
    format: "steward_csv",
    externalId,
    bytes: new TextEncoder().encode(text),
    hints: { contactsTable: { version: "3" } },
    locator: { path: "sheet", offset: null },
  });

  test("of one sheet is kept beside contacts.csv; a second sheet is told and changes nothing", async () => {
    const { keep, home, store } = await open();
    expect(await keep([table("s1", "name,emails\nTom,tom@x.example\n")])).toEqual([]);
    expect(await keep([table("s2", "name\nEve\n")], [], "b")).toEqual([expect.stringContaining("another sheet")]);
    expect(filesBelow(home)).toEqual({ "contacts.sheet.csv": "name,emails\nTom,tom@x.example\n" });
    await store.write((tx) => removeSource(tx, "a"));
    expect(await keep([table("s2", "name\nEve\n")], [], "b")).toEqual([]);
    expect(filesBelow(home)).toEqual({ "contacts.sheet.csv": "name\nEve\n" });
  });
});
