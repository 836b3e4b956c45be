import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { StewardError } from "../../src/core/errors.ts";
import { uuidv7 } from "../../src/core/ids.ts";
import { createIntake, type ImportOptions, type ImportReport, type Intake } from "../../src/intake/intake.ts";
import { openStore, type Store } from "../../src/store/open-store.ts";
import { searchItems } from "../../src/store/search.ts";
import { parseQuery } from "../../src/store/search-query.ts";
import { getHealth, type SourceHealth } from "../../src/store/source-health.ts";
import { listCoverage, listProblems, registerSource, removeSource, type Source } from "../../src/store/sources.ts";
import { saveVerdicts } from "../../src/store/verdicts.ts";
import { count, rows } from "../store/store-fixture.ts";
import { LiveMailbox, liveMails } from "../support/live-mailbox.ts";

const newestAt = "2026-11-21T09:00:00.000Z";
let folder: string;
let store: Store;
let intake: Intake;
let mailbox: LiveMailbox;
let source: Source;
let logged: string[];
const time = { nowMs: 0 };

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "steward-live-"));
  time.nowMs = Date.parse("2026-11-21T10:00:00Z");
  logged = [];
  const clock = { now: () => time.nowMs, sleep: async () => undefined };
  store = await openStore(join(folder, "steward.db"), { clock });
  mailbox = new LiveMailbox();
  const newId = (): string => uuidv7(time.nowMs);
  intake = createIntake({
    store,
    connectors: [mailbox.connector()],
    connectorDeps: { fetch, clock, newId, secret: async () => null, log: (line) => logged.push(line) },
    clock,
    newId,
    originalsDirectory: join(folder, "originals"),
    random: () => 0.5,
  });
  source = await register();
});
afterEach(async () => {
  await intake.close();
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

function register(): Promise<Source> {
  const config = { account: "clara@weiss.example" };
  const place = { connector: "gmail", kind: "gmail", location: "clara@weiss.example", label: "Gmail" };
  return store.write((tx) => registerSource(tx, { id: uuidv7(time.nowMs), ...place, config }));
}

function read(more: Partial<ImportOptions["read"]> = {}, signal = new AbortController().signal): Promise<ImportReport> {
  return intake.importSource(source, {
    signal,
    onProgress: () => undefined,
    read: { zone: "UTC", region: "DE", recentDays: null, ...more },
  });
}

const health = async (): Promise<SourceHealth | null> => getHealth(store, source.id);
const labelsOf = (id: string): unknown =>
  rows(store, `SELECT labels FROM items WHERE message_id = '${id}@lumen.example'`).map(({ labels }) =>
    JSON.parse(String(labels)),
  )[0];
const itemCount = (): unknown => count(store, "SELECT count(*) FROM items WHERE superseded_by IS NULL");

async function judgeAll(): Promise<void> {
  const threads = rows(store, "SELECT id FROM threads").map(({ id }) => Number(id));
  const verdict = { class: "reply" as const, score: 0.5, signals: [], line: "", lineItemId: null, ignoredAs: null };
  await store.write((tx) =>
    saveVerdicts(
      tx,
      threads.map((threadId) => ({ verdict: { ...verdict, threadId }, lastItemId: null, itemCount: 1 })),
      "v",
    ),
  );
}

describe("a live source", () => {
  it("is walked once, whatever window is asked for, and asked once when nothing changed", async () => {
    mailbox.mails.push(...liveMails(25, newestAt));
    await read({ recentDays: 30 });
    expect(mailbox.pulls).toBe(3);
    expect(itemCount()).toBe(25);
    const again = await read({ recentDays: 30 });
    expect(again.unchanged).toBe(true);
    expect(mailbox.pulls).toBe(4);
    expect(mailbox.connects).toBe(1);
  });

  it("has at most two pages in memory that are not stored", async () => {
    mailbox.mails.push(...liveMails(80, newestAt));
    const stored: number[] = [];
    await intake.importSource(source, {
      signal: new AbortController().signal,
      onProgress: () => stored.push(mailbox.pulls),
      read: { zone: "UTC", region: "DE", recentDays: null },
    });
    expect(stored.map((pulls, index) => pulls - index).every((ahead) => ahead <= 3)).toBe(true);
    expect(stored).toHaveLength(8);
  });

  it("is catching up until its first read is whole, with how far and how long still", async () => {
    mailbox.mails.push(...liveMails(40, newestAt));
    const states: (string | undefined)[] = [];
    const far: (number | undefined)[] = [];
    const seen = await intake.importSource(source, {
      signal: new AbortController().signal,
      onProgress: () => {
        time.nowMs += 30_000;
        const stored = rows(store, "SELECT state, progress FROM source_health");
        states.push(String(stored[0]?.["state"]));
        far.push(JSON.parse(String(stored[0]?.["progress"])).done);
      },
      read: { zone: "UTC", region: "DE", recentDays: null },
    });
    expect(seen.stopped).toBeNull();
    expect(states.slice(0, 3)).toEqual(["catching_up", "catching_up", "catching_up"]);
    expect(far).toEqual([10, 20, 30, 40]);
    const after = await health();
    expect(after).toMatchObject({ state: "ok", progress: { done: 40, total: 40, perMinute: 20, secondsLeft: 0 } });
    expect(after?.polledAt).toBe(new Date(time.nowMs).toISOString());
  });

  it("is read back to an instant and no further when that is enough, and on from there later", async () => {
    mailbox.mails.push(...liveMails(100, newestAt));
    const first = await read({ stopAt: "2026-10-22T10:00:00.000Z" });
    expect(first.stopped).toBe("enough");
    expect(itemCount()).toBe(40);
    expect(mailbox.pulls).toBe(4);
    expect((await health())?.state).toBe("catching_up");
    expect((await listCoverage(store, source.id))[0]?.from).toBe(mailbox.mails[39]?.at);
    expect((await read()).stopped).toBeNull();
    expect(itemCount()).toBe(100);
    expect(mailbox.pulls).toBe(10);
  });

  it("stops after the newest days where only these are asked for", async () => {
    mailbox.mails.push(...liveMails(100, newestAt));
    expect((await read({ recentDays: 7, recentOnly: true })).stopped).toBe("enough");
    expect(itemCount()).toBe(10);
  });

  it("has seen everything until it was last asked, also when nothing came", async () => {
    mailbox.mails.push(...liveMails(3, newestAt));
    await read();
    time.nowMs += 3_600_000;
    await read();
    const to = new Date(time.nowMs).toISOString();
    expect(await listCoverage(store, source.id)).toEqual([{ from: "2026-11-19T09:00:00.000Z", to }]);
  });

  it("keeps what came before a page that could not be had, and goes on from there", async () => {
    mailbox.mails.push(...liveMails(30, newestAt));
    mailbox.failures = [
      null,
      new StewardError("unavailable", "Google does not answer.", { cure: "Check the network." }),
    ];
    expect(await read()).toMatchObject({ added: 10, stopped: "degraded", failure: { code: "unavailable" } });
    expect(itemCount()).toBe(10);
    expect(await health()).toMatchObject({ state: "degraded", detail: "Google does not answer. Check the network." });
    expect(mailbox.pulls).toBe(2);
    expect(await read()).toMatchObject({ added: 20, known: 0, stopped: null });
    expect(mailbox.pulls).toBe(4);
  });
});

describe("a live source that cannot be read", () => {
  const gone = new StewardError("needs_reauth", "Google wants a new sign-in.", { cure: "steward connect google" });

  it("needs a sign-in, is not asked again, and is as soon as it is connected anew", async () => {
    mailbox.mails.push(...liveMails(5, newestAt));
    mailbox.failures = [gone];
    expect(await read()).toMatchObject({ stopped: "needs_reauth", failure: { cure: "steward connect google" } });
    expect(await health()).toMatchObject({ state: "needs_reauth", detail: "steward connect google", retryAt: null });
    const asked = mailbox.pulls;
    for (let times = 0; times < 5; times += 1) {
      expect(await read()).toMatchObject({ stopped: "needs_reauth", failure: { cure: "steward connect google" } });
    }
    expect(mailbox.pulls).toBe(asked);
    expect(mailbox.connects).toBe(1);
    await register();
    expect((await read()).stopped).toBeNull();
    expect(await health()).toMatchObject({ state: "ok", detail: "", failureCount: 0 });
    expect(mailbox.connects).toBe(2);
    expect(itemCount()).toBe(5);
  });

  it("is well at once when somebody signed in again before it noticed", async () => {
    mailbox.mails.push(...liveMails(5, newestAt));
    await read();
    mailbox.signedInSince = 2;
    expect(await read()).toMatchObject({ stopped: null, failure: null });
    expect(mailbox.connects).toBe(2);
    mailbox.signedInSince = 9;
    expect((await read()).stopped).toBe("needs_reauth");
    expect(mailbox.connects).toBe(3);
  });

  it("is left alone for longer each time, and at least as long as the service asks", async () => {
    const down = new StewardError("unavailable", "Google does not answer.");
    mailbox.failAlways = down;
    const waits: number[] = [];
    for (let times = 0; times < 9; times += 1) {
      await read();
      waits.push(Date.parse((await health())?.retryAt ?? "") - time.nowMs);
    }
    expect(waits).toEqual([15, 30, 60, 120, 240, 480, 900, 900, 900].map((seconds) => seconds * 1000));
    expect(await health()).toMatchObject({ state: "degraded", detail: "Google does not answer.", failureCount: 9 });
    mailbox.failAlways = new StewardError("rate_limited", "Too many requests.", { retryAfterMs: 1_200_000 });
    await read();
    expect(Date.parse((await health())?.retryAt ?? "") - time.nowMs).toBeGreaterThanOrEqual(1_200_000);
    // A service that names an instant in another century is not believed.
    mailbox.failAlways = new StewardError("rate_limited", "Too many requests.", { retryAfterMs: 1e12 });
    await read();
    expect(Date.parse((await health())?.retryAt ?? "") - time.nowMs).toBeLessThanOrEqual(1.1 * 3_600_000);
    mailbox.failAlways = null;
    await read();
    expect(await health()).toMatchObject({ state: "ok", retryAt: null, failureCount: 0 });
  });

  it("says in its health and in the log nothing of the text an unexpected error holds", async () => {
    mailbox.failAlways = new StewardError("internal", "Unexpected token in 'Dear Clara, the password is tulip'", {
      cause: new SyntaxError("Dear Clara, the password is tulip"),
    });
    expect((await read()).stopped).toBe("degraded");
    expect(JSON.stringify([await health(), logged])).not.toMatch(/tulip|Clara/);
    expect(logged.join("\n")).toContain("SyntaxError");
  });

  it("is not ill because the owner stopped reading", async () => {
    mailbox.mails.push(...liveMails(30, newestAt));
    const stopping = new AbortController();
    stopping.abort();
    expect((await read({}, stopping.signal)).stopped).toBe("interrupted");
    expect((await health())?.state ?? "ok").toBe("ok");
  });
});

describe("labels that changed", () => {
  beforeEach(async () => {
    mailbox.mails.push(...liveMails(3, newestAt));
    await read();
    await judgeAll();
  });

  it("replace those of that item alone, are found, and have its thread judged anew", async () => {
    expect(labelsOf("m0001")).toEqual(["Inbox", "Unread"]);
    mailbox.changes.push({ kind: "relabelled", id: "m0001", labels: ["Inbox", "Opened", "Starred"] });
    const report = await read();
    expect(report).toMatchObject({ relabelled: 1, added: 0, changed: 0, unchanged: false });
    expect(labelsOf("m0001")).toEqual(["Inbox", "Opened", "Starred"]);
    expect(labelsOf("m0000")).toEqual(["Inbox", "Unread"]);
    expect(rows(store, "SELECT count(*) AS n FROM verdicts")).toEqual([{ n: 2 }]);
    const ids = async (words: string): Promise<number> =>
      (await searchItems(store, parseQuery(words, asked), asked)).hits.length;
    expect(await ids("in:Starred")).toBe(1);
    expect(await ids("in:Unread")).toBe(2);
    expect(await ids("m0001")).toBe(1);
  });

  it("that say Sent make the item the owner's, and who it went to known", async () => {
    mailbox.changes.push({ kind: "relabelled", id: "m0002", labels: ["Sent"] });
    await read();
    const [item] = rows(store, "SELECT from_owner, sent_evidence FROM items WHERE message_id = 'm0002@lumen.example'");
    expect(item).toEqual({ from_owner: 1, sent_evidence: 1 });
    expect(rows(store, "SELECT written_count FROM identities WHERE value = 'clara@weiss.example'")).toEqual([
      { written_count: 1 },
    ]);
  });

  it("of a record never seen are ignored, and the same labels again change nothing", async () => {
    mailbox.changes.push(
      { kind: "relabelled", id: "never", labels: ["Inbox"] },
      { kind: "relabelled", id: "m0000", labels: ["Unread", "Inbox"] },
    );
    expect(await read()).toMatchObject({ relabelled: 0, unchanged: true });
    expect(rows(store, "SELECT count(*) AS n FROM verdicts")).toEqual([{ n: 3 }]);
  });

  it("are cleaned of what a screen would obey", async () => {
    mailbox.changes.push({ kind: "relabelled", id: "m0000", labels: ["a\u202eb\u0000"] });
    await read();
    expect(JSON.stringify(labelsOf("m0000"))).not.toMatch(/202e|\u202e|\\u0000/);
  });
});

describe("a list of everything a source holds", () => {
  const few = 12;
  const ids = (from: number, to: number): string[] => mailbox.mails.slice(from, to).map(({ id }) => id);

  it("makes what is missing in it gone, of that prefix only", async () => {
    mailbox.mails.push(...liveMails(few, newestAt), { id: "other-1", at: newestAt });
    await read();
    mailbox.whole = { of: "m", externalIds: ids(0, 10) };
    expect(await read()).toMatchObject({ gone: 2 });
    expect(itemCount()).toBe(11);
    mailbox.whole = { of: "m", externalIds: [] };
    expect(await read()).toMatchObject({ gone: 10 });
    expect(itemCount()).toBe(1);
  });

  it("that is empty wipes no mailbox, however often it comes", async () => {
    mailbox.mails.push(...liveMails(few, newestAt));
    await read();
    for (let times = 0; times < 3; times += 1) {
      mailbox.whole = { of: "", externalIds: [] };
      expect(await read()).toMatchObject({ gone: 0, stopped: null });
    }
    expect(itemCount()).toBe(few);
    expect((await listProblems(store, source.id, 10))[0]?.reason).toContain("nothing was taken as deleted");
  });

  it("that lacks most of it is believed when a second one says the same", async () => {
    mailbox.pageSize = 50;
    mailbox.mails.push(...liveMails(120, newestAt));
    await read();
    mailbox.whole = { of: "", externalIds: ids(0, 20) };
    expect(await read()).toMatchObject({ gone: 0, problemCount: 1 });
    expect(itemCount()).toBe(120);
    mailbox.whole = { of: "", externalIds: ids(0, 119) };
    expect(await read()).toMatchObject({ gone: 1 });
    mailbox.whole = { of: "", externalIds: ids(0, 20) };
    expect(await read()).toMatchObject({ gone: 0 });
    mailbox.whole = { of: "", externalIds: ids(0, 20) };
    expect(await read()).toMatchObject({ gone: 99 });
    expect(itemCount()).toBe(20);
  });
});

describe("a source that is removed while it is read", () => {
  it("ends its reading, and leaves no rows that belong to nobody", async () => {
    mailbox.mails.push(...liveMails(60, newestAt));
    let pages = 0;
    const removing: Promise<void>[] = [];
    const report = await intake.importSource(source, {
      signal: new AbortController().signal,
      onProgress: () => {
        pages += 1;
        if (pages === 2) removing.push(store.write((tx) => removeSource(tx, source.id)));
      },
      read: { zone: "UTC", region: "DE", recentDays: null },
    });
    await Promise.all(removing);
    expect(report.stopped).toBe("removed");
    expect(mailbox.signals.every((signal) => signal.aborted)).toBe(true);
    for (const table of ["sightings", "source_health", "coverage", "problems"]) {
      expect(count(store, `SELECT count(*) FROM ${table}`)).toBe(0);
    }
    expect((await read()).stopped).toBe("removed");
  });

  it("pulls nothing on behind its back once a reading has ended", async () => {
    mailbox.mails.push(...liveMails(60, newestAt));
    const stopping = new AbortController();
    const reading = intake.importSource(source, {
      signal: stopping.signal,
      onProgress: () => stopping.abort(),
      read: { zone: "UTC", region: "DE", recentDays: null },
    });
    expect((await reading).stopped).toBe("interrupted");
    expect(mailbox.signals.every((signal) => signal.aborted)).toBe(true);
  });
});

const asked = { limit: 50, order: "newest", zone: "UTC", nowMs: Date.parse("2026-11-21T10:00:00Z") } as const;
