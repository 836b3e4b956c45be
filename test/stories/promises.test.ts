// Holds story 4 of the operator: what was promised last week, and to whom.
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { loadTruth, type Truth } from "../../src/emulators/world/truth.ts";
import { listCommitments } from "../../src/store/commitments.ts";
import { makeStoryBase, type StoryBase, StoryHouse } from "../support/story-house.ts";

let base: StoryBase;
beforeAll(async () => {
  base = await makeStoryBase();
}, 60_000);
afterAll(() => base.close());

type Promised = Truth["commitments"][number];
const placed = z.object({ id: z.number(), sent_at: z.string(), from_owner: z.number() });
const columns = "i.id, i.sent_at, i.from_owner";

/** The message in which a careful person sees the promise. */
function evidenceOf(house: StoryHouse, { evidence }: Promised): z.output<typeof placed> {
  const { byMessageId } = house.google.state("gmail", base.life.account);
  const found =
    "mail" in evidence
      ? house.store.read.get(
          placed,
          `SELECT ${columns} FROM items i JOIN sightings s ON s.item_id = i.id WHERE s.external_id = ?`,
          byMessageId.get(evidence.mail) ?? "",
        )
      : house.store.read.get(
          placed,
          `SELECT ${columns} FROM items i JOIN item_texts t ON t.item_id = i.id JOIN threads h ON h.id = i.thread_id
           WHERE h.title = ? AND instr(t.text, ?) = 1`,
          evidence.chat.slice(evidence.chat.indexOf(":") + 1),
          (evidence.text.split("{{")[0] ?? "").trim(),
        );
  if (found === null) throw new Error(`not found: ${JSON.stringify(evidence)}`);
  return found;
}

function itemOf(house: StoryHouse, id: number): z.output<typeof placed> | null {
  return house.store.read.get(placed, `SELECT ${columns} FROM items i WHERE i.id = ?`, id);
}

function score(
  name: string,
  said: readonly number[],
  meant: readonly number[],
  right: readonly number[],
): { precision: number; recall: number } {
  const hits = said.filter((id) => right.includes(id));
  const precision = said.length === 0 ? 1 : hits.length / said.length;
  const recall = meant.length === 0 ? 1 : meant.filter((id) => said.includes(id)).length / meant.length;
  console.info(
    `${name}: said ${said.length}, precision ${precision.toFixed(2)}; meant ${meant.length}, recall ${recall.toFixed(2)}`,
  );
  return { precision, recall };
}

describe("what did I promise last week and to whom?", () => {
  it("is answered with the messages in which she did, all of them read, and to whom", async () => {
    const house = await new StoryHouse(base).open();
    try {
      const { text, unread, cards, runId } = await house.ask("what did I promise last week and to whom?");
      expect([unread, cards]).toEqual([[], []]);
      const cited = [...text.matchAll(/\[#(\d+)\]/g)].map(([, id]) => Number(id));
      expect(cited.length).toBeGreaterThan(2);
      const read = await house.itemsRead(runId);
      expect(cited.filter((id) => !read.has(id))).toEqual([]);
      for (const id of cited) {
        const item = itemOf(house, id);
        expect(item?.from_owner).toBe(1);
        expect(item?.sent_at.slice(0, 10)).toMatch(/^2026-11-0[2-8]$/);
      }
      expect(text).toMatch(/^- Marta Kowalska: .*lease/m);

      const mine = loadTruth(join("data", "demo")).commitments.filter(({ by }) => by === "me");
      const found = mine.map((one) => evidenceOf(house, one));
      const ofWeek = found.filter(({ sent_at: at }) => at >= "2026-11-01T23" && at < "2026-11-08T23");
      const { precision, recall } = score(
        "promises of last week",
        cited,
        ofWeek.map(({ id }) => id),
        found.map(({ id }) => id),
      );
      expect(precision).toBeGreaterThanOrEqual(0.75);
      expect(recall).toBeGreaterThanOrEqual(0.75);
    } finally {
      await house.stopHere();
    }
  });

  it("rests on what rules and the model found among all she wrote", async () => {
    const house = await new StoryHouse(base).open();
    try {
      for (const by of ["me", "them"] as const) {
        const all = (await listCommitments(house.store, { all: true })).filter((one) => one.by === by);
        const ids = loadTruth(join("data", "demo"))
          .commitments.filter((one) => one.by === by)
          .map((one) => evidenceOf(house, one).id);
        const said = all.map(({ itemId }) => itemId);
        const { precision, recall } = score(`promises by ${by}`, said, ids, ids);
        expect(precision).toBeGreaterThanOrEqual(by === "me" ? 0.9 : 0.75);
        expect(recall).toBeGreaterThanOrEqual(by === "me" ? 0.9 : 0.6);
      }
    } finally {
      await house.stopHere();
    }
  });
});
