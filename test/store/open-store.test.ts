import { spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  closeSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, test } from "vitest";
import { checkIntegrity } from "../../src/store/integrity.ts";
import { migrations, schemaVersion } from "../../src/store/migrations/all.ts";
import { openStore, type Store } from "../../src/store/open-store.ts";
import { clock, count, draft, folderMaker, registerAb, rows, storeMaker, take } from "./store-fixture.ts";

const newFolder = folderMaker();
const newStore = storeMaker();
const newPath = (): string => join(newFolder(), "steward.db");
const open = (path: string): Promise<Store> => openStore(path, { clock });
const addPerson = (store: Store, name: string) =>
  store.write((tx) => tx.sql.run("INSERT INTO people (name) VALUES (?)", name));

/** A closed database with some hundred pages in it. */
async function filledPath(): Promise<string> {
  const path = newPath();
  const store = await open(path);
  await registerAb(store);
  await take(
    store,
    "a",
    Array.from({ length: 300 }, (_, n) => draft({ id: `${n}`, text: `word${n} `.repeat(200) })),
  );
  await store.close();
  return path;
}

function oldDatabase(path: string, version: number): void {
  const database = new DatabaseSync(path);
  database.exec("PRAGMA journal_mode = WAL");
  for (const sql of migrations.slice(0, version)) database.exec(sql);
  database.exec(`INSERT INTO people (name) VALUES ('from before'); PRAGMA user_version = ${version}`);
  database.close();
}

describe("writing", () => {
  test("by many at once in two processes loses nothing that was acknowledged", async () => {
    const path = newPath();
    const store = await open(path);
    const child = spawn(process.execPath, [join(import.meta.dirname, "write-child.ts"), path, "200"], {
      stdio: "inherit",
    });
    const ended = new Promise<number | null>((resolve) => child.on("exit", resolve));
    await Promise.all(
      Array.from({ length: 300 }, (_, at) =>
        store.write(async (tx) => {
          tx.sql.run("INSERT INTO people (name) VALUES (?)", `first ${at}`);
          await Promise.resolve();
          tx.sql.run("INSERT INTO people (name) VALUES (?)", `second ${at}`);
        }),
      ),
    );
    expect(await ended).toBe(0);
    expect(count(store, "SELECT count(*) FROM people")).toBe(800);
    await store.close();
  });

  test("that throws stores nothing, and the next one goes on", async () => {
    const store = await newStore();
    const failed = store.write(async (tx) => {
      tx.sql.run("INSERT INTO people (name) VALUES ('half')");
      await Promise.resolve();
      throw new Error("stopped");
    });
    const next = addPerson(store, "whole");
    await expect(failed).rejects.toMatchObject({ code: "internal" });
    await next;
    expect(rows(store, "SELECT name FROM people")).toEqual([{ name: "whole" }]);
  });

  test("after closing is refused, and what was asked before is done", async () => {
    const path = newPath();
    const store = await open(path);
    const before = addPerson(store, "last");
    await Promise.all([store.close(), before]);
    await expect(addPerson(store, "late")).rejects.toMatchObject({ message: "The store is closed." });
    const again = await open(path);
    expect(count(again, "SELECT count(*) FROM people")).toBe(1);
    await again.close();
  });

  test("waits for another process and then says that it is busy", async () => {
    const path = newPath();
    const store = await openStore(path, { clock, busyTimeoutMs: 50 });
    const other = new DatabaseSync(path);
    other.exec("BEGIN IMMEDIATE");
    await expect(addPerson(store, "x")).rejects.toMatchObject({ code: "database_busy" });
    other.exec("ROLLBACK");
    other.close();
    await addPerson(store, "y");
    await store.close();
  });

  test("is not possible through the reading connection", async () => {
    const store = await newStore();
    expect(() => store.read.run("INSERT INTO people (name) VALUES ('x')")).toThrow(/readonly/);
  });
});

describe("the connections", () => {
  test("use a write-ahead log, and the file is for its owner only", async () => {
    const path = newPath();
    const store = await open(path);
    expect(rows(store, "PRAGMA journal_mode")).toEqual([{ journal_mode: "wal" }]);
    const settings = await store.write((tx) =>
      ["synchronous", "wal_autocheckpoint"].map((name) => tx.sql.number(`PRAGMA ${name}`)),
    );
    expect(settings).toEqual([1, 16000]);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    await store.close();
  });
});

describe("the schema", () => {
  test("is the one pinned in schema.sql", async () => {
    const store = await newStore();
    const made = rows(
      store,
      "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'search_%' ORDER BY type DESC, name",
    )
      .map((row) => `${String(row["sql"])};`)
      .join("\n\n");
    await expect(`${made}\n`).toMatchFileSnapshot("schema.sql");
  });

  test.each(
    Array.from({ length: schemaVersion - 1 }, (_, at) => at + 1),
  )("of version %d is migrated after a snapshot, and is then the same as a new one", async (version) => {
    const path = newPath();
    oldDatabase(path, version);
    const store = await open(path);
    const schema = "SELECT name, sql FROM sqlite_schema ORDER BY name";
    expect(rows(store, schema)).toEqual(rows(await newStore(), schema));
    expect(rows(store, "SELECT name FROM people")).toEqual([{ name: "from before" }]);
    expect(count(store, "PRAGMA user_version")).toBe(schemaVersion);
    await store.close();
    const snapshot = new DatabaseSync(`${path}.before-v${version + 1}`, { readOnly: true });
    expect({ ...snapshot.prepare("PRAGMA user_version").get() }).toEqual({ user_version: version });
    expect({ ...snapshot.prepare("SELECT name FROM people").get() }).toEqual({ name: "from before" });
    snapshot.close();
  });

  test("stays as it was when a migration is interrupted", async () => {
    const path = newPath();
    oldDatabase(path, 1);
    const inTheWay = new DatabaseSync(path);
    inTheWay.exec("CREATE TABLE commitments (mine TEXT)");
    inTheWay.close();
    await expect(open(path)).rejects.toMatchObject({ code: "internal" });
    const after = new DatabaseSync(path);
    expect({ ...after.prepare("PRAGMA user_version").get() }).toEqual({ user_version: 1 });
    expect(after.prepare("SELECT name FROM sqlite_schema WHERE name IN ('verdicts', 'corrections')").all()).toEqual([]);
    after.exec("DROP TABLE commitments");
    after.close();
    const store = await open(path);
    expect(count(store, "PRAGMA user_version")).toBe(schemaVersion);
    await store.close();
  });

  test("of a newer steward is refused and left alone", async () => {
    const path = newPath();
    await (await open(path)).close();
    const database = new DatabaseSync(path);
    database.exec(`PRAGMA user_version = ${schemaVersion + 1}`);
    database.close();
    const bytes = readFileSync(path);
    await expect(open(path)).rejects.toMatchObject({ code: "database_newer", cure: expect.stringContaining("newer") });
    expect(readFileSync(path).equals(bytes)).toBe(true);
  });
});

describe("a damaged file", () => {
  test("with a flipped beginning is reported and not touched", async () => {
    const path = await filledPath();
    const file = openSync(path, "r+");
    writeSync(file, "X", 3);
    closeSync(file);
    const bytes = readFileSync(path);
    await expect(open(path)).rejects.toMatchObject({
      code: "database_corrupt",
      cure: expect.stringContaining("restore"),
    });
    expect(readFileSync(path).equals(bytes)).toBe(true);
  });

  test("with garbage on its first page is reported and not touched", async () => {
    const path = await filledPath();
    const file = openSync(path, "r+");
    writeSync(file, Buffer.alloc(3900, 0xa5), 0, 3900, 100);
    closeSync(file);
    const bytes = readFileSync(path);
    await expect(open(path)).rejects.toMatchObject({ code: "database_corrupt" });
    expect(readFileSync(path).equals(bytes)).toBe(true);
  });

  test("with garbage in the middle is found by the check and not touched by opening", async () => {
    const path = await filledPath();
    const file = openSync(path, "r+");
    const { size } = statSync(path);
    writeSync(file, Buffer.alloc(size / 2, 0xa5), 0, size / 2, 4096 * Math.floor(size / 16384));
    closeSync(file);
    const bytes = readFileSync(path);
    const answer = await open(path).then(
      async (store) => {
        const found = await checkIntegrity(store).catch((error: unknown) => String(error));
        await store.close();
        return found;
      },
      (error: unknown) => String(error),
    );
    expect(answer).toMatch(/malformed|damaged|Tree|page/);
    expect(readFileSync(path).equals(bytes)).toBe(true);
  });

  test("cut short is found and not touched", async () => {
    const path = await filledPath();
    truncateSync(path, 4096 * 5);
    const bytes = readFileSync(path);
    await expect(open(path)).rejects.toMatchObject({ code: "database_corrupt" });
    expect(readFileSync(path).equals(bytes)).toBe(true);
  });

  test("that is damaged and old is not migrated", async () => {
    const path = newPath();
    oldDatabase(path, 1);
    const file = openSync(path, "r+");
    writeSync(file, Buffer.alloc(4096, 0xa5), 0, 4096, 4096 * 5);
    closeSync(file);
    const bytes = readFileSync(path);
    await expect(open(path)).rejects.toMatchObject({ code: "database_corrupt" });
    expect(readFileSync(path).equals(bytes)).toBe(true);
    expect(readdirSync(join(path, "..")).filter((name) => name.includes("before"))).toEqual([]);
  });

  test("of no bytes becomes a new database", async () => {
    const path = newPath();
    writeFileSync(path, "");
    const store = await open(path);
    expect(count(store, "PRAGMA user_version")).toBe(schemaVersion);
    await store.close();
  });

  test("that is a folder, or something else, is refused", async () => {
    const folder = newFolder();
    await expect(open(folder)).rejects.toMatchObject({ code: "wrong_kind" });
    writeFileSync(join(folder, "notes.txt"), "not a database at all, only some notes");
    await expect(open(join(folder, "notes.txt"))).rejects.toMatchObject({ code: "database_corrupt" });
    expect(readFileSync(join(folder, "notes.txt"), "utf8")).toBe("not a database at all, only some notes");
  });

  test("that is the database of another program is refused and left alone", async () => {
    const path = newPath();
    const database = new DatabaseSync(path);
    database.exec("CREATE TABLE message (text TEXT)");
    database.close();
    const bytes = readFileSync(path);
    await expect(open(path)).rejects.toMatchObject({ code: "wrong_kind" });
    expect(readFileSync(path).equals(bytes)).toBe(true);
  });

  test.skipIf(process.getuid?.() === 0)("in a folder without permission is refused", async () => {
    const folder = newFolder();
    chmodSync(folder, 0o500);
    await expect(open(join(folder, "steward.db"))).rejects.toMatchObject({ code: "no_permission" });
  });
});

describe("a full disk", () => {
  test("is named, and nothing is half stored (needs to mount a small disk)", async (context) => {
    const folder = newFolder();
    if (!mountSmall(folder)) return context.skip();
    try {
      await fillDisk(folder);
    } finally {
      spawnSync("umount", ["-l", folder]);
    }
  });
});

async function fillDisk(folder: string): Promise<void> {
  const store = await open(join(folder, "steward.db"));
  await registerAb(store);
  let stored = 0;
  let failure: unknown = null;
  for (let n = 0; failure === null && n < 200; n += 1) {
    const batch = Array.from({ length: 20 }, (_, at) =>
      draft({
        id: `${n}-${at}`,
        text: Array.from({ length: 200 }, (_none, word) => `w${n}x${at}y${word}`).join(" "),
      }),
    );
    await take(store, "a", batch).then(
      () => {
        stored += batch.length;
      },
      (error: unknown) => {
        failure = error;
      },
    );
  }
  expect(failure).toMatchObject({ code: "disk_full" });
  expect(count(store, "SELECT count(*) FROM items")).toBe(stored);
  expect(count(store, "SELECT count(*) FROM item_texts")).toBe(stored);
  expect(count(store, "SELECT count(*) FROM search")).toBe(stored);
  expect(await checkIntegrity(store)).toBeNull();
  await store.close();
}

function mountSmall(folder: string): boolean {
  if (process.getuid?.() !== 0 || process.platform !== "linux") return false;
  return spawnSync("mount", ["-t", "tmpfs", "-o", "size=3m", "tmpfs", folder]).status === 0;
}
