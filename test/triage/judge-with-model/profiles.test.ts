import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { ideal } from "../../../src/emulators/model/ideal/ideal.ts";
import type { ProfileName } from "../../../src/emulators/model/profiles.ts";
import { scenario } from "../../../src/emulators/model/scenario/scenario.ts";
import type { RequestView } from "../../../src/emulators/model/view-request.ts";
import { loadTruth } from "../../../src/emulators/world/truth.ts";
import { listCommitments, type StoredCommitment } from "../../../src/store/commitments.ts";
import { isJudgedByModel, isUnsure } from "../../../src/triage/judge-with-model/merge-judgement.ts";
import { soundsLikePromise } from "../../../src/triage/judge-with-model/sounds-like-promise.ts";
import { readDigest, readTriage, type TriageRow } from "../../../src/triage/read-digest.ts";
import { type DemoLife, openDemoLife } from "../../support/demo-life.ts";
import { formatScores, type Scored, scoreClasses, scoreTruth } from "../../support/demo-score.ts";
import { forgetJudgements, modelFor, passWith } from "./judging-life.ts";

const truth = loadTruth("data/demo");
const nowMs = Date.parse("2026-11-21T09:12:00Z");
const always = { from: "2000-01-01", to: "2100-01-01" };

describe("judging the demo life with a model, on every kind of server", () => {
  let life: DemoLife;
  let before: TriageRow[];

  beforeAll(async () => {
    life = await openDemoLife(nowMs);
    before = await readTriage(life.store, life.reading, always);
  }, 60_000);
  afterAll(() => life.close());
  beforeEach(() => forgetJudgements(life.store));

  const scored = async (): Promise<Scored[]> =>
    scoreTruth(life, truth, await readTriage(life.store, life.reading, always)).scored;
  const digestOf = async () => {
    const options = { since: life.lastReadAt, limit: 50, showIgnored: false };
    return (await readDigest(life.store, life.reading, options)).digest;
  };

  it.each<ProfileName>([
    "anthropic",
    "ollama",
    "vllm",
    "llamacpp",
  ])("labels most threads right and buries none on %s", async (profile) => {
    const { world, model } = await modelFor(life.store, nowMs, scenario(), { profile });
    const report = await passWith(life.store, life.reading, model);
    expect(report.problem).toBeNull();
    expect(report.asked).toBeGreaterThan(5);
    const all = await scored();
    console.log(`${profile}: ${JSON.stringify(world.totals().byPurpose)}\n${formatScores(scoreClasses(all))}`);
    expect(all.filter((one) => one.truth.neverBury && one.row.class === "ignore")).toEqual([]);
    expect(all.filter(({ right }) => right).length / all.length).toBeGreaterThan(0.9);
    const digest = await digestOf();
    expect(digest.cost.rulesOnly).toBe(false);
    if (profile === "anthropic") expect(digest.cost.cents).toBeGreaterThan(0);
  });

  it("leaves the digest as rules made it, and says so, when a server answers nothing but garbage", async () => {
    const { model } = await modelFor(life.store, nowMs, ideal({ "*": "I would rather talk about the weather." }));
    const report = await passWith(life.store, life.reading, model);
    expect(report.problem).toMatch(/could not be read/);
    expect(await readTriage(life.store, life.reading, always)).toEqual(before);
    const digest = await digestOf();
    expect(digest.coverage.at(-1)).toMatchObject({ service: "model", notes: [expect.stringContaining("rules alone")] });
    expect(digest.cost).toEqual({ cents: 0, rulesOnly: true });
  });

  it("has a digest whatever a server gets wrong in turn", async () => {
    const { model } = await modelFor(life.store, nowMs, scenario(), { profile: "garbage" });
    for (let turn = 0; turn < 6; turn += 1) {
      const report = await passWith(life.store, life.reading, model);
      console.log(`garbage: ${JSON.stringify(report)}`);
      const all = await scored();
      expect(all.filter((one) => one.truth.neverBury && one.row.class === "ignore")).toEqual([]);
      for (const { row } of all.filter(({ row }) => isUnsure(row))) expect(row.class).not.toBe("ignore");
      expect((await digestOf()).newEntries.length).toBeGreaterThan(5);
    }
  });

  it("stops at the budget with the digest of rules, and says why", async () => {
    const { world, model } = await modelFor(life.store, nowMs, scenario(), { budget: { dayUsd: 0 } });
    const report = await passWith(life.store, life.reading, model);
    expect(report).toMatchObject({ asked: 0, problem: expect.stringMatching(/budget|limit|spent|allow/i) });
    expect(world.requests()).toEqual([]);
    expect(await readTriage(life.store, life.reading, always)).toEqual(before);
  });

  it("asks nothing when nothing is new, and says who judged", async () => {
    const { world, model } = await modelFor(life.store, nowMs, scenario());
    await passWith(life.store, life.reading, model);
    const asked = world.requests().length;
    expect(asked).toBeGreaterThan(0);
    const later = { ...life.reading, nowMs: nowMs + 2 * 3_600_000 };
    expect(await passWith(life.store, later, model)).toEqual({ asked: 0, promises: 0, problem: null });
    expect(world.requests().length).toBe(asked);
    const rows = await readTriage(life.store, later, always);
    const signals = rows.filter(isJudgedByModel).flatMap((row) => row.signals);
    expect(signals.some(({ reason }) => reason.startsWith("judged by claude-"))).toBe(true);
  });

  it("finds promises that rules left, with the words of their items, and says so", async () => {
    const known = await listCommitments(life.store, { all: true });
    const { model, world } = await modelFor(life.store, nowMs, ideal({ ...quick, commitments: promisesOfTruth }));
    const report = await passWith(life.store, life.reading, model);
    const all = await listCommitments(life.store, { all: true });
    const asked = world.requests().flatMap(({ purpose, body }) => (purpose === "commitments" ? [itemsIn(body)] : []));
    console.log(`promises: asked about ${asked.join("+")} items, found ${report.promises}`);
    console.log(`rules: ${formatShare(shareOf(known))}   with a model: ${formatShare(shareOf(all))}`);
    expect(report.problem).toBeNull();
    const more = all.filter(({ source }) => source === "model");
    for (const one of more) expect(known.some(({ itemId }) => itemId === one.itemId)).toBe(false);
    expect(shareOf(all).recall).toBeGreaterThanOrEqual(shareOf(known).recall);
  });

  it.each([
    ["words that do not stand in the item", { by: null, quote: "I will send you the whole contract tomorrow" }],
    ["somebody else's words as theirs", { by: "other", quote: null }],
  ])("keeps no promise that a model made of %s", async (_what, lie) => {
    const commitments = (view: RequestView) => ({
      json: {
        commitments: list(view, "items").map(({ id, from, text }) => {
          const isOwner = (from === "owner") === (lie.by === null);
          return { id, by: isOwner ? "owner" : "them", what: "", due: null, quote: lie.quote ?? text.slice(0, 60) };
        }),
      },
    });
    const { model } = await modelFor(life.store, nowMs, ideal({ ...quick, commitments }));
    expect((await passWith(life.store, life.reading, model)).problem).toBeNull();
    expect((await listCommitments(life.store, { all: true })).filter(({ source }) => source === "model")).toEqual([]);
  });

  /** Says the same of every thread, so that only promises matter. */
  const asIs = (line: { line?: string }) => (view: RequestView) => ({
    json: { verdicts: list(view, "threads").map(({ id }) => ({ id, class: "reply", urgency: 0, ...line })) },
  });
  const quick = { judge: asIs({}), "judge-closer": asIs({ line: "" }) };

  const textRow = z.object({ id: z.number(), text: z.string() });
  /** The items in which the truth sees a promise, with who promises. */
  function evidence(): { id: number; text: string; by: "me" | "them" }[] {
    return truth.commitments.flatMap(({ by, evidence: where }) => {
      const row =
        "mail" in where
          ? life.store.read.get(
              textRow,
              "SELECT i.id, x.text FROM items i JOIN item_texts x ON x.item_id = i.id WHERE i.message_id = ?",
              where.mail.slice(1, -1),
            )
          : life.store.read.get(
              textRow,
              `SELECT i.id, x.text FROM items i JOIN item_texts x ON x.item_id = i.id JOIN threads t ON t.id = i.thread_id
               WHERE i.channel || ':' || t.title = ? AND instr(x.text, ?) > 0`,
              where.chat,
              where.text.split("{{")[0]?.trim() ?? "",
            );
      return row === null ? [] : [{ ...row, by }];
    });
  }

  /** A model that knows the truth: quotes the sentence of an item that promises. */
  function promisesOfTruth(view: RequestView) {
    const right = evidence();
    const commitments = list(view, "items").flatMap(({ id, from, text }) => {
      const start = text.slice(0, 200);
      const one = right.find((it) => it.text.startsWith(start) && (it.by === "me") === (from === "owner"));
      const quote = text.split(/(?<=[.!?])\s+|\n+/).find(soundsLikePromise);
      return one === undefined || quote === undefined
        ? []
        : [{ id, by: from === "owner" ? "owner" : "them", what: quote, due: null, quote }];
    });
    return { json: { commitments } };
  }

  /** Precision and recall of commitments in items of the truth; in items it says nothing about, precision takes them as wrong. */
  function shareOf(found: readonly StoredCommitment[]): { precision: number; recall: number } {
    const right = evidence();
    const isRight = (one: StoredCommitment): boolean => right.some(({ id, by }) => id === one.itemId && by === one.by);
    const hits = right.filter(({ id, by }) => found.some((one) => one.itemId === id && one.by === by));
    return { precision: found.filter(isRight).length / found.length, recall: hits.length / truth.commitments.length };
  }
});

const entry = z.looseObject({ id: z.string(), from: z.string(), text: z.string() });
function list(view: RequestView, name: string): z.output<typeof entry>[] {
  const data = z.record(z.string(), z.unknown()).parse(view.fenced[0]);
  return z.array(entry).parse(data[name]);
}

function itemsIn(body: unknown): number {
  return JSON.stringify(body).match(/\\"id\\":\\"i\d+/g)?.length ?? 0;
}

function formatShare({ precision, recall }: { precision: number; recall: number }): string {
  return `precision ${precision.toFixed(2)}, recall ${recall.toFixed(2)}`;
}
