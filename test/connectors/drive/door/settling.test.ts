import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { never } from "../drive-harness.ts";
import { FileLife } from "./file-door.ts";
import { driveSamples } from "./samples.ts";

let life: FileLife;
beforeAll(async () => {
  life = await new FileLife().begin();
});
afterAll(() => life.end());

describe("a write that was cut off", () => {
  for (const sample of driveSamples.filter(({ action }) => action !== "drive.create_file")) {
    it(`of ${sample.action} is not sent again while it may still be worked on`, async () => {
      const door = await life.open();
      const { seen } = await door.propose(sample.action, sample.ask);
      await door.approve(seen);
      life.world.faults.add({ match: sample.effect, nth: 1, when: "before", do: "drop" });
      const turn = async (ms: number): Promise<number> => {
        life.world.clock.advance(ms);
        while ((await door.door.turn(never)) > 0);
        return door.requests.filter((one) => sample.effect.test(one)).length;
      };
      expect(await turn(30_000)).toBe(1);
      expect(await turn(0)).toBe(1);
      expect(await turn(20_000)).toBe(1);
      expect((await door.stateOf(seen.cardId)).state).toBe("committing");
      expect(await turn(15_000)).toBe(2);
      expect(await door.live(seen.cardId)).toMatchObject({ state: "done" });
      expect(sample.count(door)).toBe(1);
      await door.close();
    });
  }
});
