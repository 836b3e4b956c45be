import { existsSync, readFileSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { makeContactsSheetConnector } from "../../connectors/contacts-sheet/index.ts";
import { makeDriveConnector } from "../../connectors/drive/index.ts";
import type { GoogleAccounts } from "../../connectors/google-account/open-accounts.ts";
import { StewardError } from "../../src/core/errors.ts";
import { noteChange, removeFile } from "../../src/emulators/google/drive/drive-state.ts";
import type { AnyConnector } from "../../src/intake/intake.ts";
import { openStore } from "../../src/store/open-store.ts";
import { registerSource } from "../../src/store/sources.ts";
import { Drive, signIn } from "../connectors/drive/drive-harness.ts";
import { filesBelow } from "../intake/mirror/mirror-harness.ts";
import { clock } from "../store/store-fixture.ts";
import { type Harness, makeHarness, type Ran } from "./terminal-harness.ts";

let harness: Harness;
let drive: Drive;
/** Pages that may be pulled before the reading is interrupted. */
let pagesLeft = Number.POSITIVE_INFINITY;

const mirror = (): Record<string, string> => filesBelow(join(harness.home, "drive"));
const file = (path: string): string => join(harness.home, path);

/** Steward with the emulated account signed in. */
function run(...argv: string[]): Promise<Ran> {
  const signed = signIn(drive.world);
  const accounts: GoogleAccounts = { open: (config) => signed.accounts.open(config, signed.deps) };
  const made = makeDriveConnector(accounts);
  const dying: typeof made = {
    ...made,
    pull: async (client, cursor, signal) => {
      pagesLeft -= 1;
      if (pagesLeft < 0) throw new StewardError("interrupted", "Killed here.");
      return await made.pull(client, cursor, signal);
    },
  };
  const connectors: AnyConnector[] = [dying, makeContactsSheetConnector(accounts)];
  return harness.run(argv, { machine: { loadConnectors: async () => connectors } });
}

async function register(connector: string, config: Record<string, unknown>): Promise<void> {
  const store = await openStore(file("steward.db"), { clock });
  const signed = signIn(drive.world);
  const source = { id: `id-${connector}`, connector, kind: connector, location: connector, label: connector };
  await store.write((tx) => registerSource(tx, { ...source, config: { ...signed.config, ...config } }));
  await store.close();
}

beforeEach(async () => {
  pagesLeft = Number.POSITIVE_INFINITY;
  harness = makeHarness();
  drive = new Drive();
  await harness.run(["init", "--yes"]);
});
afterEach(() => harness.remove());

describe("a mirrored Drive folder", () => {
  test("is files on disk and items to be found, and stays in step", async () => {
    await register("drive", { folderId: drive.life });
    const car = drive.folder("Car");
    const plate = drive.file("car.md", "# Car\n\nPlate B-NT 914\n", car);
    const lisbon = drive.doc("Lisbon", "Booking QX7LPT");
    expect((await run("sync")).code).toBe(0);
    expect(mirror()).toEqual(drive.truth());
    expect((await run("search", "QX7LPT")).out).toContain("Lisbon");
    drive.edit(plate, "# Car\n\nPlate KL 2207\n");
    drive.rename(car, "Škoda");
    removeFile(drive.state, lisbon);
    await run("sync");
    expect(mirror()).toEqual({ ...drive.truth(), ".gone/2026-11-14/Lisbon.md": "Booking QX7LPT" });
    expect((await run("search", "KL 2207")).out).toContain("Car");
    expect((await run("search", "QX7LPT")).out).not.toContain("Lisbon");
    expect((await run("drive")).out).toContain("1 file, all in step with Drive.");
  });

  test("shows what was edited here, what is in conflict, what was deleted, what is gone, and what is only here", async () => {
    await register("drive", { folderId: drive.life });
    const notes = drive.file("notes.md", "one\ntwo\nthree\n");
    drive.file("edited.md", "before\n");
    drive.file("deleted.md", "x");
    const gone = drive.file("gone.md", "y");
    await run("sync");
    writeFileSync(file("drive/notes.md"), "one\nTWO\nthree\n");
    writeFileSync(file("drive/edited.md"), "after\n");
    writeFileSync(file("drive/mine.md"), "only mine");
    unlinkSync(file("drive/deleted.md"));
    drive.edit(notes, "one\ntwo\nthree\nfour\n");
    drive.trash(gone);
    await run("sync");
    const { out } = await run("drive");
    expect(out).toContain("3 files, 0 in step with Drive.");
    expect(out).toContain("Drive's version is beside it (1)\n  notes.md  (notes.from-drive.md)");
    expect(out).toContain("Edited here, not in Drive yet (1)\n  edited.md");
    expect(out).toContain("Deleted here; comes back when it changes in Drive (1)\n  deleted.md");
    expect(out).toContain("Gone from Drive; kept aside (1)\n  gone.md  (.gone/2026-11-14/gone.md)");
    expect(out).toContain("Only here, not in Drive (1)\n  mine.md");
    const diff = (await run("drive", "diff", "notes.md")).out;
    expect(diff).toContain("- two");
    expect(diff).toContain("+ TWO");
    expect(diff).toContain("- four");
    expect((await run("drive", "diff", "edited.md")).out).toContain("- before\n+ after\n");
    expect((await run("drive", "diff", "nothing.md")).code).toBe(3);
    const json: unknown = JSON.parse((await run("drive", "--json")).out);
    expect(json).toMatchObject({
      onlyHere: ["mine.md"],
      files: expect.arrayContaining([expect.objectContaining({ path: "notes.md", state: "conflict" })]),
    });
  });

  test("that is interrupted after every page ends as if it never was, with nothing twice", async () => {
    await register("drive", { folderId: drive.life });
    const many = drive.folder("Many");
    for (let n = 0; n < 60; n += 1) drive.file(`${n}.md`, `file number ${n} of many`, many);
    for (let tries = 0; tries < 30; tries += 1) {
      pagesLeft = 1;
      if ((await run("sync")).code === 0) break;
    }
    expect(mirror()).toEqual(drive.truth());
    pagesLeft = Number.POSITIVE_INFINITY;
    const json: unknown = JSON.parse((await run("sync", "--json")).out);
    expect(JSON.stringify(json)).toContain('"added":0');
    expect((await run("status")).out).toContain("60");
  });

  test("says what to do before one is chosen", async () => {
    const ran = await run("drive");
    expect(ran.code).toBe(3);
    expect(ran.err).toContain("connect google");
  });
});

describe("a contacts sheet", () => {
  const header = ["name", "emails", "phones", "role"];

  test("is read, found, compared and taken; nobody becomes known by being in it", async () => {
    const sheet = drive.sheet("Contacts", [
      {
        title: "People",
        rows: [
          header,
          ["Anna Berg", "anna@berg.example", "", "Baker"],
          ["Tom Reyes", "tom@lumen.example", "", "Recruiter"],
        ],
      },
    ]);
    await register("contacts-sheet", { spreadsheetId: sheet });
    writeFileSync(file("contacts.csv"), "name,emails,phones,role\nAnna Berg,anna@berg.example,,Baker\n");
    expect((await run("sync")).code).toBe(0);
    expect(readFileSync(file("contacts.sheet.csv"), "utf8")).toContain("tom@lumen.example");
    expect(readFileSync(file("contacts.csv"), "utf8")).not.toContain("tom");
    expect((await run("search", "Recruiter")).out).toContain("Tom Reyes");
    expect((await run("contacts")).out).toContain("makes known: tom@lumen.example");
    await run("contacts", "take", "--yes");
    expect(readFileSync(file("contacts.csv"), "utf8")).not.toContain("tom");
    await run("contacts", "take", "--yes", "--known");
    expect(readFileSync(file("contacts.csv"), "utf8")).toBe(
      "name,emails,phones,role\nAnna Berg,anna@berg.example,,Baker\nTom Reyes,tom@lumen.example,,Recruiter\n",
    );
    const tab = drive.get(sheet).tabs[0];
    if (tab !== undefined) tab.rows = [header, ["Tom Reyes", "tom@lumen.example", "", "Founder"]];
    noteChange(drive.state, sheet);
    await run("sync");
    const { out } = await run("contacts");
    expect(out).toContain("~ Tom Reyes, role: “Recruiter” becomes “Founder”");
    expect(out).toContain("- Anna Berg");
    expect((await run("search", "Recruiter", "--json")).out).not.toContain("Tom Reyes");
  });

  test("that is gone leaves everything as it is", async () => {
    const sheet = drive.sheet("Contacts", [{ title: "People", rows: [header, ["Anna", "anna@berg.example"]] }]);
    await register("contacts-sheet", { spreadsheetId: sheet });
    await run("sync");
    const before = readFileSync(file("contacts.sheet.csv"), "utf8");
    removeFile(drive.state, sheet);
    expect((await run("sync")).code).not.toBe(0);
    expect(readFileSync(file("contacts.sheet.csv"), "utf8")).toBe(before);
    expect(existsSync(file("contacts.base.csv"))).toBe(true);
  });
});
