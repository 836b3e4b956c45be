import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadTruth } from "../../src/emulators/world/truth.ts";
import { readDigest, readTriage, type TriageRow } from "../../src/triage/read-digest.ts";
import { type DemoLife, openDemoLife } from "../support/demo-life.ts";
import { scoreClasses, scoreTruth } from "../support/demo-score.ts";
import { openLiveLife } from "../support/live-life.ts";

const truth = loadTruth("data/demo");
const nowMs = Date.parse("2026-11-21T09:12:00Z");
const always = { from: "2000-01-01", to: "2100-01-01" };

describe("the demo life read live", () => {
  let exported: DemoLife;
  let live: DemoLife;
  let before: TriageRow[];
  let rows: TriageRow[];

  beforeAll(async () => {
    exported = await openDemoLife(nowMs);
    live = await openLiveLife(nowMs);
    before = await readTriage(exported.store, exported.reading, always);
    rows = await readTriage(live.store, live.reading, always);
  });
  afterAll(async () => {
    await exported.close();
    await live.close();
  });

  /** Threads of mail by the Message-IDs in them. Spam is not read live. */
  const mailOf = (all: readonly TriageRow[]): Map<string, string> =>
    new Map(
      all
        .filter(({ channel }) => channel === "mail")
        .map((row) => [
          row.messages
            .map(({ messageId }) => messageId)
            .sort()
            .join(" "),
          row.class,
        ]),
    );

  it("has the same threads of mail, with the same verdicts, as its Takeout", () => {
    const live = mailOf(rows);
    const takeout = [...mailOf(before)].filter(([ids]) => live.has(ids));
    expect(takeout.length).toBeGreaterThan(165);
    expect(live.size - takeout.length).toBe(0);
    expect(takeout.filter(([ids, verdict]) => live.get(ids) !== verdict)).toEqual([]);
  });

  it("keeps to the truth as well", () => {
    const { scored } = scoreTruth(live, truth, rows);
    const scores = new Map(scoreClasses(scored).map((one) => [one.class, one]));
    for (const name of ["reply", "urgent"] as const) {
      expect(scores.get(name)?.recall).toBeGreaterThanOrEqual(0.95);
      expect(scores.get(name)?.precision).toBeGreaterThanOrEqual(0.85);
    }
    const buried = scored.filter((one) => one.truth.neverBury && one.row.class === "ignore");
    expect(buried.map((one) => one.truth.about)).toEqual([]);
  });

  it("gives the same first lines of the digest", async () => {
    const ask = async (life: DemoLife): Promise<string[]> => {
      const options = { since: life.lastReadAt, limit: 10, showIgnored: false };
      const { digest } = await readDigest(life.store, life.reading, options);
      return digest.newEntries.map((entry) => `${entry.class} ${entry.line}`);
    };
    expect(await ask(live)).toEqual(await ask(exported));
  });
});
