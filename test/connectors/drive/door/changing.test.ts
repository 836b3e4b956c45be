import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FileLife } from "./file-door.ts";
import { driveSamples } from "./samples.ts";

let life: FileLife;
beforeAll(async () => {
  life = await new FileLife().begin();
});
afterAll(() => life.end());

describe("every action", () => {
  for (const sample of driveSamples) {
    it(`${sample.action} happens once, and is told by its receipt`, async () => {
      const door = await life.open();
      const { seen, view } = await door.propose(sample.action, sample.ask);
      expect(view.preview.title).not.toBe("");
      expect(view.content.tier).toBe("change");
      await door.approve(seen);
      expect(sample.count(door)).toBe(0);
      expect(await door.live(seen.cardId)).toEqual({ state: "done", reason: "" });
      expect(sample.count(door)).toBe(1);
      expect(door.requests.filter((one) => sample.effect.test(one))).toHaveLength(1);
      await door.close();
    });
  }
});
