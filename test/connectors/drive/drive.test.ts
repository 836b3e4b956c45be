import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { removeFile, setAccess } from "../../../src/emulators/google/drive/drive-state.ts";
import { refuseMirrorPath } from "../../../src/intake/mirror/mirror-path.ts";
import { Drive, never, readerOf, signIn } from "./drive-harness.ts";

/** A small life: two folders, four documents, one outside. */
function smallLife() {
  const drive = new Drive();
  const car = drive.folder("Car");
  const papers = drive.folder("Papers", car);
  const ids = {
    car,
    papers,
    carFile: drive.file("car.md", "# Car"),
    tyres: drive.file("tyres.md", "cellar", car),
    permit: drive.doc("Permit", "zone 42", papers),
    list: drive.file("list.csv", "a,b\n1,2\n", papers, "text/csv"),
    elsewhere: drive.folder("Elsewhere", drive.state.rootId),
  };
  drive.file("outside.md", "not ours", ids.elsewhere);
  return { drive, ...ids };
}

describe("a first reading", () => {
  test("takes the folder with all below it, and nothing beside it", async () => {
    const { drive } = smallLife();
    const reader = await (await readerOf(drive)).all();
    expect(reader.files()).toEqual({
      "car.md": "# Car",
      "Car/tyres.md": "cellar",
      "Car/Papers/Permit.md": "zone 42",
      "Car/Papers/list.csv": "a,b\n1,2\n",
    });
    expect(reader.files()).toEqual(drive.truth());
  });

  test("gives each record its format, its place and the service's own version", async () => {
    const { drive, carFile } = smallLife();
    const reader = await readerOf(drive);
    const { records } = await reader.page();
    const record = records.find((one) => one.externalId === carFile);
    expect(record).toMatchObject({
      format: "markdown",
      hints: {
        title: "car.md",
        modifiedAt: "2026-11-14T08:12:00.000Z",
        mirror: {
          path: "car.md",
          version: String(drive.get(carFile).version),
          md5: createHash("md5").update("# Car").digest("hex"),
        },
      },
      locator: { path: `https://drive.google.com/open?id=${carFile}` },
    });
  });

  test("lists a folder again from its beginning when a page token lay too long", async () => {
    const drive = new Drive();
    for (let n = 0; n < 520; n += 1) drive.file(`${n}.md`, `file ${n}`);
    drive.world.settings.set("drive.pageTokenLifeMs", 3_600_000);
    const reader = await readerOf(drive);
    await reader.page();
    drive.world.clock.advance(86_400_000);
    await reader.all();
    expect(reader.files()).toEqual(drive.truth());
  });

  test("reads folders of many pages, in pages of few files", async () => {
    const drive = new Drive();
    const many = drive.folder("Many");
    for (let n = 0; n < 620; n += 1) drive.file(`${n}.md`, `file ${n}`, many);
    const reader = await (await readerOf(drive)).all();
    expect(reader.files()).toEqual(drive.truth());
    expect(reader.pages).toBeGreaterThan(25);
  });

  test("meets what changes while it reads, in any order", async () => {
    const { drive, car, tyres, papers } = smallLife();
    for (let n = 0; n < 60; n += 1) drive.file(`${n}.md`, `file ${n}`, papers);
    const reader = await readerOf(drive);
    await reader.page();
    drive.edit(tyres, "attic");
    drive.rename(car, "Vehicle");
    drive.file("new.md", "new", car);
    await reader.page();
    drive.trash(papers);
    await reader.all();
    expect(reader.files()).toEqual(drive.truth());
    expect(reader.files()["Vehicle/tyres.md"]).toBe("attic");
  });

  test("finds what was made just before, although lists lag behind", async () => {
    const { drive, papers } = smallLife();
    drive.world.clock.advance(300_000);
    drive.file("just made.md", "new", papers);
    drive.file("in a new folder.md", "new", drive.folder("New", papers));
    drive.world.settings.set("drive.listLagMs", 60_000);
    const reader = await (await readerOf(drive)).all();
    expect(reader.files()).not.toEqual(drive.truth());
    drive.world.clock.advance(120_000);
    const before = drive.world.quotas.spent("drive").requests;
    await reader.all();
    drive.world.clock.advance(120_000);
    await reader.all();
    expect(reader.files()).toEqual(drive.truth());
    expect(drive.world.quotas.spent("drive").requests - before).toBeLessThan(12);
    expect((await reader.page()).records).toEqual([]);
  });

  test("says that a folder is gone, in the bin or none, and changes nothing", async () => {
    const { drive, carFile } = smallLife();
    const { connector, config, deps } = signIn(drive.world);
    const pull = async (folderId: string) =>
      connector.pull(await connector.connect(connector.config.parse({ ...config, folderId }), deps), null, never);
    await expect(pull("nowhere")).rejects.toMatchObject({ code: "not_found" });
    await expect(pull(carFile)).rejects.toMatchObject({ code: "not_found" });
    drive.trash(drive.life);
    await expect(pull(drive.life)).rejects.toMatchObject({
      code: "not_found",
      cure: expect.stringContaining("connect google"),
    });
  });

  test("of all of My Drive goes by the name root", async () => {
    const { drive } = smallLife();
    const { connector, config, deps } = signIn(drive.world);
    const client = await connector.connect(connector.config.parse({ ...config, folderId: "root" }), deps);
    const page = await connector.pull(client, null, never);
    expect(page.cursor).toMatchObject({ root: drive.state.rootId });
  });
});

describe("the kinds of files", () => {
  test("of Google are exported, others come as they are, and the rest by name only", async () => {
    const drive = new Drive();
    const tabs = [
      {
        title: "First",
        rows: [
          ["a", "b"],
          ["1", "x, y"],
        ],
      },
      { title: "Second", rows: [["hidden"]] },
    ];
    const sheet = drive.sheet("Budget", tabs);
    drive.doc("Notes", `# N\n\n![][image1]\n\n[image1]: <data:image/png;base64,${"A".repeat(3000)}>\n`);
    const slides = drive.file("Deck", "", drive.life, "application/vnd.google-apps.presentation");
    const photo = drive.file("photo.jpg", "bytes", drive.life, "image/jpeg");
    drive.file("readme.md", "plain", drive.life, "application/octet-stream");
    drive.file("page.html", "<p>hi</p>", drive.life, "text/html");
    const reader = await (await readerOf(drive)).all();
    expect(reader.files()).toEqual({
      "Budget.csv": expect.stringMatching(/^a,b\r?\n1,"x, y"/),
      "Notes.md": "# N\n\n![][image1]\n\n[image1]: #image-left-out-3-KB\n",
      "readme.md": "plain",
      "page.html": "<p>hi</p>",
    });
    expect(reader.records.get(sheet)?.problems).toEqual([expect.stringContaining("1 more")]);
    expect(reader.records.get(slides)).toEqual({ path: null, text: "", title: "Deck", problems: [] });
    expect(reader.records.get(photo)).toMatchObject({ path: null, title: "photo.jpg" });
  });

  test("too large to export are told with their name, and the reading goes on (D6)", async () => {
    const drive = new Drive();
    const large = drive.doc("Large", "x".repeat(2000));
    drive.doc("Small", "small");
    drive.world.settings.set("drive.exportLimitBytes", 1000);
    const reader = await (await readerOf(drive)).all();
    expect(reader.files()).toEqual({ "Small.md": "small" });
    expect(reader.records.get(large)?.problems).toEqual([expect.stringContaining("10 MB")]);
  });

  test("that may not be exported or downloaded are told with their name", async () => {
    const drive = new Drive();
    const restricted = drive.doc("Restricted", "secret");
    const abusive = drive.file("virus.md", "x");
    drive.get(restricted).restricted = true;
    drive.get(abusive).abusive = true;
    drive.file("well.md", "well");
    const reader = await (await readerOf(drive)).all();
    expect(reader.files()).toEqual({ "well.md": "well" });
    expect(reader.records.get(restricted)?.problems).toEqual([expect.stringContaining("no export")]);
    expect(reader.records.get(abusive)?.problems).toEqual([expect.stringContaining("malware")]);
  });

  test("over 20 MB are told with their size, and never fetched", async () => {
    const drive = new Drive();
    const large = drive.file("large.pdf", "x".repeat(20_000_001), drive.life, "application/pdf");
    drive.file("small.md", "small");
    const reader = await (await readerOf(drive)).all();
    expect(Object.keys(reader.files())).toEqual(["small.md"]);
    expect(reader.records.get(large)?.problems).toEqual([expect.stringContaining("20.0 MB")]);
  });
});

describe("a later poll", () => {
  test("costs one request when nothing happened", async () => {
    const { drive } = smallLife();
    const reader = await (await readerOf(drive)).all();
    const before = drive.world.quotas.spent("drive").requests;
    const page = await reader.page();
    expect(page).toMatchObject({ done: true, records: [], gone: [] });
    expect(drive.world.quotas.spent("drive").requests - before).toBe(1);
  });

  test("takes edits, new files, renames and moves within the folder", async () => {
    const { drive, carFile, tyres, papers, permit } = smallLife();
    const reader = await (await readerOf(drive)).all();
    drive.edit(carFile, "# New car");
    drive.rename(tyres, "winter tyres.md");
    drive.move(permit, drive.life);
    drive.file("deep.md", "deep", drive.folder("Deeper", papers));
    await reader.all();
    expect(reader.files()).toEqual(drive.truth());
  });

  test("takes what moves in, with a whole tree, and lets go of what moves out", async () => {
    const { drive, car, elsewhere } = smallLife();
    const outer = drive.folder("Outer", elsewhere);
    drive.file("inner.md", "inner", drive.folder("Inner", outer));
    const reader = await (await readerOf(drive)).all();
    drive.move(outer, drive.life);
    drive.move(car, elsewhere);
    await reader.all();
    expect(reader.files()).toEqual({ "car.md": "# Car", "Outer/Inner/inner.md": "inner" });
    drive.move(car, drive.life);
    await reader.all();
    expect(reader.files()).toEqual(drive.truth());
  });

  test("finds a file in a folder that came into being after it was told of", async () => {
    const { drive } = smallLife();
    const reader = await (await readerOf(drive)).all();
    const folder = drive.folder("Fresh");
    drive.file("early.md", "early", folder);
    drive.rename(folder, "Fresher");
    await reader.all();
    expect(reader.files()).toEqual(drive.truth());
  });

  test("takes all that is in a renamed folder to its new place", async () => {
    const { drive, car } = smallLife();
    const reader = await (await readerOf(drive)).all();
    drive.rename(car, "Škoda");
    await reader.all();
    expect(reader.files()).toEqual(drive.truth());
    expect(Object.keys(reader.files())).toContain("Škoda/Papers/Permit.md");
  });

  test("lets go of all that is in a trashed folder, which the feed says nothing of, and takes it back (D8)", async () => {
    const { drive, car } = smallLife();
    const reader = await (await readerOf(drive)).all();
    drive.trash(car);
    await reader.all();
    expect(reader.files()).toEqual({ "car.md": "# Car" });
    expect(reader.gone).toHaveLength(3);
    drive.trash(car, false);
    await reader.all();
    expect(reader.files()).toEqual(drive.truth());
  });

  test("lets go of what was deleted for good, and of what may not be seen any more, until it may (D4)", async () => {
    const { drive, car, carFile } = smallLife();
    const reader = await (await readerOf(drive)).all();
    removeFile(drive.state, car);
    setAccess(drive.state, carFile, false);
    await reader.all();
    expect(reader.files()).toEqual({});
    setAccess(drive.state, carFile, true);
    await reader.all();
    expect(reader.files()).toEqual({ "car.md": "# Car" });
  });

  test("that is told a page twice changes nothing the second time (D12)", async () => {
    const { drive, carFile } = smallLife();
    drive.world.settings.set("drive.duplicatePages", 1);
    const reader = await (await readerOf(drive)).all();
    for (let n = 0; n < 450; n += 1) drive.file(`${n}.md`, `file ${n}`);
    drive.edit(carFile, "# Second");
    removeFile(drive.state, drive.file("brief.md", "brief"));
    await reader.all();
    expect(reader.files()).toEqual(drive.truth());
    const cursor = reader.cursor;
    await reader.all();
    const again = await (await readerOf(drive, cursor)).all();
    expect(again.gone).toEqual([]);
  });

  test("does not ask about folders outside again and again", async () => {
    const { drive, elsewhere } = smallLife();
    const reader = await (await readerOf(drive)).all();
    const busy = drive.file("busy.md", "1", drive.folder("A", drive.folder("B", elsewhere)));
    await reader.all();
    drive.edit(busy, "2");
    await reader.all();
    const before = drive.world.quotas.spent("drive").requests;
    drive.edit(busy, "3");
    await reader.all();
    expect(drive.world.quotas.spent("drive").requests - before).toBe(1);
  });

  test("keeps everything when the folder itself is gone, and goes on when it is back", async () => {
    const { drive, carFile } = smallLife();
    const reader = await (await readerOf(drive)).all();
    drive.edit(carFile, "# Edited before");
    drive.trash(drive.life);
    await expect(reader.page()).rejects.toMatchObject({ code: "not_found" });
    setAccess(drive.state, drive.life, false);
    await expect(reader.page()).rejects.toMatchObject({ code: "not_found" });
    setAccess(drive.state, drive.life, true);
    drive.trash(drive.life, false);
    await reader.all();
    expect(reader.files()).toEqual(drive.truth());
    expect(reader.gone).toEqual([]);
  });

  test("begins anew when Drive no longer takes the token, and says what is gone meanwhile", async () => {
    const { drive, tyres } = smallLife();
    const reader = await (await readerOf(drive)).all();
    removeFile(drive.state, tyres);
    drive.file("later.md", "later");
    drive.world.faults.add({ match: /changes\?/, nth: 1, when: "before", do: "status", status: 400 });
    await reader.all();
    expect(reader.records.has(tyres)).toBe(true);
    drive.world.clock.advance(120_000);
    await reader.all();
    expect(reader.files()).toEqual(drive.truth());
  });

  test("takes nothing for gone when Drive says that its list is not whole", async () => {
    const { drive } = smallLife();
    const reader = await (await readerOf(drive)).all();
    drive.world.settings.set("drive.incompleteSearch", 1);
    reader.cursor = null;
    const before = reader.files();
    await reader.all();
    drive.world.clock.advance(120_000);
    await reader.all();
    expect(reader.files()).toEqual(before);
    expect(reader.failed).toContainEqual(expect.stringContaining("in full"));
  });
});

describe("shortcuts", () => {
  test("to the account's own files and folders are followed once, and follow what they stand for", async () => {
    const { drive, elsewhere } = smallLife();
    const lease = drive.file("lease.md", "one year", elsewhere);
    const archive = drive.folder("Archive", elsewhere);
    drive.file("old.md", "old", archive);
    drive.shortcut("The lease", lease);
    drive.shortcut("Old things", archive);
    const reader = await (await readerOf(drive)).all();
    expect(reader.files()).toMatchObject({ "The lease.md": "one year", "Old things/old.md": "old" });
    drive.edit(lease, "two years");
    drive.file("older.md", "older", archive);
    await reader.all();
    expect(reader.files()).toMatchObject({ "The lease.md": "two years", "Old things/older.md": "older" });
  });

  test("that lead in a circle, or up, end", async () => {
    const { drive, car, papers } = smallLife();
    drive.shortcut("loop", car, papers);
    drive.shortcut("self", drive.life, papers);
    drive.shortcut("up", drive.state.rootId, papers);
    const other = drive.folder("Other", drive.state.rootId);
    drive.shortcut("back", drive.life, other);
    drive.shortcut("there", other);
    const reader = await (await readerOf(drive)).all();
    expect(reader.files()).toEqual(drive.truth());
  });

  test("to nothing, and to other shortcuts, are names", async () => {
    const drive = new Drive();
    const one = drive.shortcut("one", "nowhere");
    const two = drive.shortcut("two", one);
    const reader = await (await readerOf(drive)).all();
    expect(reader.files()).toEqual({});
    expect(reader.records.get(two)?.problems).toEqual([expect.stringContaining("not followed")]);
  });

  test("to what belongs to somebody else are names", async () => {
    const { drive, elsewhere } = smallLife();
    drive.get(elsewhere).ownedByMe = false;
    const shortcut = drive.shortcut("Theirs", elsewhere);
    const reader = await (await readerOf(drive)).all();
    expect(reader.files()).toEqual(drive.truth());
    expect(reader.records.get(shortcut)?.problems).toEqual([expect.stringContaining("not followed")]);
  });

  test("that are deleted take what was reached through them along", async () => {
    const { drive, elsewhere } = smallLife();
    const shortcut = drive.shortcut("Elsewhere", elsewhere);
    const reader = await (await readerOf(drive)).all();
    expect(reader.files()).toMatchObject({ "Elsewhere/outside.md": "not ours" });
    drive.trash(shortcut);
    await reader.all();
    expect(reader.files()).toEqual(drive.truth());
  });
});

describe("hostile names", () => {
  const names = [
    "../../evil.md",
    "/etc/passwd",
    "a\u0000b.md",
    "CON",
    "x".repeat(300),
    "語".repeat(120),
    "..",
    "",
    ".bashrc",
    "same.md",
    "same.md",
    "SAME.md",
    "esc\u001b[2J.md",
    "a/b.md",
    "C:\\x.md",
  ];

  test("become safe, distinct places that stay where they are", async () => {
    const drive = new Drive();
    const ids = names.map((name) => drive.file(name, `text of ${name}`));
    const folder = drive.folder("../..");
    drive.file("inside.md", "inside", folder);
    const reader = await (await readerOf(drive)).all();
    const paths = Object.keys(reader.files());
    expect(paths).toHaveLength(names.length + 1);
    for (const path of paths) expect([path, refuseMirrorPath(path)]).toEqual([path, null]);
    expect(new Set(paths.map((path) => path.normalize("NFC").toLowerCase())).size).toBe(paths.length);
    for (const id of ids.toReversed()) drive.edit(id, "changed");
    await reader.all();
    expect(Object.keys(reader.files()).sort()).toEqual(paths.sort());
  });
});

describe("when things break", () => {
  test("a kill after any page loses nothing and repeats nothing (D3)", async () => {
    const { drive, car, tyres } = smallLife();
    for (let n = 0; n < 70; n += 1) drive.file(`${n}.md`, `file ${n}`, car);
    const whole = await (await readerOf(drive)).all();
    for (let n = 0; n < 300; n += 1) drive.file(`later ${n}.md`, `later ${n}`);
    drive.trash(tyres);
    const truth = drive.truth();
    for (const start of [null, whole.cursor]) {
      let reader = await readerOf(drive, start);
      if (start !== null) for (const [id, record] of whole.records) reader.records.set(id, record);
      for (let done = false, pages = 0; !done && pages < 200; pages += 1) {
        await reader.page(false);
        const fresh = await readerOf(drive, reader.cursor);
        for (const [id, record] of reader.records) fresh.records.set(id, record);
        reader = fresh;
        done = (await reader.page()).done;
      }
      expect(reader.files()).toEqual(truth);
    }
  });

  test.each([1, 2, 3])("random faults on every tenth request end in the truth (seed %i)", async (seed) => {
    const { drive, car, papers, permit, elsewhere } = smallLife();
    for (let n = 0; n < 80; n += 1) drive.doc(`doc ${n}`, `# Doc ${n}\n${"text ".repeat(seed * 50)}`, car);
    for (let n = 0; n < 80; n += 1) drive.file(`${n}.md`, `file ${n}\n${"text ".repeat(50)}`, papers);
    const every = { match: /^GET \/drive/, share: 0.02 };
    drive.world.faults.add(
      { ...every, when: "before", do: "status", status: 429 },
      { ...every, when: "before", do: "status", status: 503 },
      { ...every, when: "after", do: "drop" },
      { ...every, when: "after", do: "truncate" },
      { ...every, when: "after", do: "garbage" },
    );
    const reader = await (await readerOf(drive)).all();
    expect(reader.files()).toEqual(drive.truth());
    drive.move(papers, drive.life);
    drive.edit(permit, "zone 43");
    drive.trash(car);
    drive.move(drive.file("in.md", "in", elsewhere), drive.life);
    await reader.all();
    expect(reader.files()).toEqual(drive.truth());
    expect(drive.world.faults.hits().reduce((sum, hits) => sum + hits, 0)).toBeGreaterThan(5);
  });

  test("a file that Drive fails to give is named in the third reading, and the others come", async () => {
    const drive = new Drive();
    const sick = drive.doc("sick", "never seen");
    drive.file("well.md", "well");
    drive.world.faults.add({
      match: new RegExp(`${sick}/export`),
      nth: "every",
      when: "before",
      do: "status",
      status: 500,
    });
    const reader = await readerOf(drive);
    await expect(reader.all()).rejects.toMatchObject({ code: "unavailable" });
    await expect(reader.all()).rejects.toMatchObject({ code: "unavailable" });
    await reader.all();
    expect(reader.files()).toEqual({ "well.md": "well" });
    expect(reader.records.get(sick)?.problems).toEqual([expect.stringContaining("three readings")]);
    drive.world.faults.clear();
    drive.edit(sick, "healed");
    await reader.all();
    expect(reader.files()).toEqual(drive.truth());
  });

  test.each([
    [403, "cannotDownloadFile", "no download"],
    [403, "somethingNew", "may not read"],
    [400, "badRequest", "no export"],
  ])("a file that Drive refuses (%i %s) is named at once", async (status, reason, words) => {
    const drive = new Drive();
    const refused = drive.file("refused.md", "x");
    drive.file("well.md", "well");
    const body = { error: { code: status, message: "No", errors: [{ domain: "global", reason, message: "No" }] } };
    const match = new RegExp(`${refused}.*alt=media`);
    drive.world.faults.add({ match, nth: "every", when: "before", do: "status", status, body });
    const reader = await (await readerOf(drive)).all();
    expect(reader.files()).toEqual({ "well.md": "well" });
    expect(reader.records.get(refused)?.problems).toEqual([expect.stringContaining(words)]);
  });

  test("bytes that were cut short, with an answer that says all is well, are asked again", async () => {
    const drive = new Drive();
    drive.file("long.md", "a long text that matters", drive.life);
    drive.world.faults.add({ match: /alt=media/, nth: 1, when: "after", do: "truncate" });
    const reader = await (await readerOf(drive)).all();
    expect(reader.files()).toEqual(drive.truth());
  });

  test("a file that is gone between its listing and its reading is left to the feed", async () => {
    const drive = new Drive();
    const ids = Array.from({ length: 40 }, (_, n) => drive.file(`${n}.md`, `file ${n}`));
    const reader = await readerOf(drive);
    await reader.page();
    removeFile(drive.state, ids[39] ?? "");
    setAccess(drive.state, ids[38] ?? "", false);
    await reader.all();
    expect(reader.files()).toEqual(drive.truth());
  });
});
