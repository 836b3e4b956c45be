import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { StewardError } from "../../src/core/errors.ts";
import { openStore, type Store } from "../../src/store/open-store.ts";
import { listHealth } from "../../src/store/source-health.ts";
import { listSources, registerSource, removeSource } from "../../src/store/sources.ts";
import { count } from "../store/store-fixture.ts";
import { LiveMailbox, liveMails } from "../support/live-mailbox.ts";
import { VirtualClock } from "../support/virtual-clock.ts";
import { type Harness, makeHarness, type Ran } from "./terminal-harness.ts";

const startAt = "2026-11-14T08:12:00Z";
let harness: Harness;
let clock: VirtualClock;
let store: Store;
let gmail: LiveMailbox;
let calendar: LiveMailbox;
let stopping: AbortController;
let inside: Promise<Ran> | null;

beforeEach(async () => {
  harness = makeHarness();
  clock = new VirtualClock(startAt);
  gmail = new LiveMailbox(liveMails(5, "2026-11-14T07:00:00Z"));
  calendar = new LiveMailbox([{ id: "c1", at: "2026-11-13T07:00:00Z" }]);
  stopping = new AbortController();
  inside = null;
  await harness.run(["init", "--yes", "--address", "clara@weiss.example", "--zone", "Europe/Berlin"]);
  store = await openStore(join(harness.home, "steward.db"), { clock });
  for (const name of ["gmail", "calendar"]) await register(name);
});
afterEach(async () => {
  await stop();
  await store.close();
  harness.remove();
});

async function register(name: string): Promise<void> {
  const label = `${name} of Clara`;
  const source = { id: name, connector: name, kind: name, location: "clara", label, config: { account: "clara" } };
  await store.write((tx) => registerSource(tx, source));
}

const machine = () => ({
  clock,
  loadConnectors: async () => [gmail.connector("gmail"), calendar.connector("calendar")],
});

function start(): void {
  inside = harness.run(["inside"], { machine: { ...machine(), takeInterrupts: () => stopping.signal } });
}

async function stop(): Promise<Ran | null> {
  stopping.abort();
  const ran = inside === null ? null : await inside;
  inside = null;
  return ran;
}

/** Waits, in real time, until every source is planned anew and every thread judged. */
async function settle(): Promise<void> {
  for (const end = Date.now() + 20_000; Date.now() < end; ) {
    await wait(1);
    const now = new Date(clock.now()).toISOString();
    const healths = await listHealth(store);
    const planned = (await listSources(store)).every(({ id }) => {
      const health = healths.get(id);
      return health?.state === "needs_reauth" || (health?.nextPollAt ?? "") > now;
    });
    const unjudged = count(store, "SELECT count(*) FROM threads WHERE id NOT IN (SELECT thread_id FROM verdicts)");
    if (planned && unjudged === 0 && clock.sleeping > 0) return;
  }
  throw new Error("The inside does not come to rest.");
}

/** Until the loop has seen what changed, its plans are of another time. */
const tick = (): Promise<void> => clock.advance(2000, () => wait(100));
const pass = (ms: number): Promise<void> => clock.advance(ms, settle);

describe("the inside", () => {
  it("has a message in the digest within the poll's fifteen seconds, and asks once a poll when nothing comes", async () => {
    start();
    await pass(60_000);
    const pulls = gmail.pulls;
    await pass(600_000);
    expect(gmail.pulls - pulls).toBeGreaterThanOrEqual(36);
    expect(gmail.pulls - pulls).toBeLessThanOrEqual(43);
    expect(gmail.connects).toBe(1);
    const delays: number[] = [];
    for (const number of [1, 2, 3]) {
      await pass(4000 * number);
      const arrivedMs = clock.now();
      gmail.add({ id: `news${number}`, at: new Date(arrivedMs).toISOString(), text: "Can you call me back today?" });
      const judged = `SELECT count(*) FROM items i JOIN verdicts v ON v.thread_id = i.thread_id WHERE i.message_id = 'news${number}@lumen.example'`;
      while (count(store, judged) === 0) await pass(1000);
      delays.push((clock.now() - arrivedMs) / 1000);
    }
    expect(Math.max(...delays)).toBeLessThanOrEqual(17);
    const { out } = await harness.run(["digest", "--json"], { machine: machine() });
    expect(JSON.stringify(JSON.parse(out).newEntries)).toContain("call me back");
  });

  it("leaves the others running when a token is revoked while it reads, and hammers nothing", async () => {
    start();
    await pass(60_000);
    calendar.failAlways = new StewardError("needs_reauth", "Google wants a new sign-in.", {
      cure: "steward connect google",
    });
    await pass(120_000);
    const asked = calendar.pulls;
    const others = gmail.pulls;
    await pass(300_000);
    expect(calendar.pulls).toBe(asked);
    expect(gmail.pulls - others).toBeGreaterThan(15);
    const status = await harness.run(["status"], { machine: machine() });
    expect(status.out).toMatch(/! calendar of Clara +sign-in needed/);
    expect(status.out).toContain("Run: steward connect google");
    const digest = await harness.run(["digest"], { machine: machine() });
    expect(digest.out.replace(/\s+/g, " ")).toMatch(
      /Gmail; Calendar not since Sat 09:1\d: sign-in needed \(steward connect google\)/,
    );
    calendar.failAlways = null;
    await register("calendar");
    await tick();
    await pass(3000);
    expect(calendar.pulls).toBeGreaterThan(asked);
    const ran = await stop();
    expect(ran?.out.match(/sign-in needed/g)).toHaveLength(1);
    expect(ran?.out).toContain("Stopped.");
  });

  it("says a trouble once and when it is over, and asks ever less often meanwhile", async () => {
    start();
    await pass(60_000);
    gmail.failAlways = new StewardError("unavailable", "Google does not answer.", { cure: "Check the network." });
    const before = gmail.pulls;
    await pass(900_000);
    expect(gmail.pulls - before).toBeLessThanOrEqual(7);
    gmail.failAlways = null;
    // The longest wait after failures is a quarter of an hour, spread by a fifth.
    await pass(1_100_000);
    const ran = await stop();
    expect(ran?.out.match(/Google does not answer/g)).toHaveLength(1);
    expect(ran?.out.match(/well again/g)).toHaveLength(1);
    expect(readFileSync(join(harness.home, "steward.log"), "utf8")).toContain("unavailable");
  });

  it("goes on when the laptop slept and when the clock was set back", async () => {
    start();
    await pass(60_000);
    for (const jump of [10 * 3_600_000, -30 * 3_600_000]) {
      clock.jump(jump);
      const before = gmail.pulls;
      await tick();
      await pass(60_000);
      expect(gmail.pulls - before).toBeGreaterThanOrEqual(3);
      expect(gmail.pulls - before).toBeLessThanOrEqual(6);
    }
  });

  it("notices what is registered and removed while it runs", async () => {
    await store.write((tx) => removeSource(tx, "calendar"));
    start();
    await pass(30_000);
    expect(calendar.pulls).toBe(0);
    await register("calendar");
    await tick();
    await pass(3000);
    expect(calendar.pulls).toBe(1);
    const hold = Promise.withResolvers<void>();
    calendar.gate = hold.promise;
    await clock.advance(70_000, () => wait(5));
    expect(calendar.pulls).toBe(2);
    await store.write((tx) => removeSource(tx, "calendar"));
    await clock.advance(2000, () => wait(20));
    expect(calendar.signals.at(-1)?.aborted).toBe(true);
    hold.resolve();
    await pass(120_000);
    expect(calendar.pulls).toBe(2);
    expect(count(store, "SELECT count(*) FROM source_health WHERE source_id = 'calendar'")).toBe(0);
  });

  it("reads settings that the owner changed meanwhile, and never writes over them", async () => {
    start();
    await pass(20_000);
    const path = join(harness.home, "config.json");
    const config = JSON.parse(readFileSync(path, "utf8"));
    writeFileSync(
      path,
      JSON.stringify({ ...config, owner: { ...config.owner, names: ["Clara W."] }, poll: { gmail: 60 } }),
    );
    gmail.add({ id: "sent", at: "2026-11-14T08:12:30Z", from: "clara@else.example", labels: ["Sent"] });
    await pass(60_000);
    const pulls = gmail.pulls;
    await pass(600_000);
    expect(gmail.pulls - pulls).toBeLessThanOrEqual(11);
    expect(JSON.parse(readFileSync(path, "utf8"))).toMatchObject({
      owner: { names: ["Clara W."] },
      poll: { gmail: 60 },
    });
  });

  it("keeps what others wrote out of its log and its screen", async () => {
    gmail.mails.push({ id: "x", at: "2026-11-14T06:00:00Z", subject: "tulip subject", text: "tulip text" });
    start();
    await pass(60_000);
    const ran = await stop();
    expect(ran?.out).toMatch(/gmail of Clara: 6 new/);
    expect(`${ran?.out}${readFileSync(join(harness.home, "steward.log"), "utf8")}`).not.toContain("tulip");
  });

  it("says which setting of poll names nothing", async () => {
    const path = join(harness.home, "config.json");
    writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, "utf8")), poll: { gmial: 20 } }));
    start();
    await pass(2000);
    expect((await stop())?.out).toContain("poll names gmial");
  });
});

describe("start --once", () => {
  it("reads everything once, judges it and ends with the code of what failed", async () => {
    calendar.failAlways = new StewardError("unavailable", "Google does not answer.");
    const ran = await harness.run(["start", "--once"], { machine: machine() });
    expect(ran.code).toBe(14);
    expect(ran.out).toContain("gmail of Clara: 5 new");
    expect(gmail.pulls).toBe(1);
    expect(count(store, "SELECT count(*) FROM verdicts")).toBe(5);
    calendar.failAlways = null;
    expect((await harness.run(["start", "--once"], { machine: machine() })).code).toBe(0);
  });
});

describe("status", () => {
  it("has everything about every source as JSON", async () => {
    gmail.mails.push(...liveMails(60, "2026-10-14T07:00:00Z").map((mail) => ({ ...mail, id: `old-${mail.id}` })));
    gmail.failures = [null, null, new StewardError("rate_limited", "Too many requests.", { retryAfterMs: 60_000 })];
    await harness.run(["start", "--once"], { machine: machine() });
    const { out } = await harness.run(["status", "--json"], { machine: machine() });
    const status = JSON.parse(out);
    const of = (name: string): unknown =>
      status.sourceHealth.find(({ service }: { service: string }) => service === name);
    expect(status).toMatchObject({ sources: 2, runningSince: null });
    expect(of("gmail")).toMatchObject({
      service: "gmail",
      state: "degraded",
      reason: "Too many requests.",
      cure: null,
      progress: { done: 20, total: 65, unit: "records" },
    });
    expect(of("calendar")).toMatchObject({
      service: "calendar",
      state: "ok",
      polledAt: "2026-11-14T08:12:00.000Z",
    });
  });
});
