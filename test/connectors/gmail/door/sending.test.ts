import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MailLife } from "./mail-door.ts";
import { mailSamples } from "./samples.ts";

let life: MailLife;
beforeAll(async () => {
  life = await new MailLife().begin();
});
afterAll(() => life.end());

describe("every action", () => {
  for (const sample of mailSamples) {
    it(`${sample.action} happens once, and is told by its receipt`, async () => {
      const door = await life.open();
      const { seen, view } = await door.propose(sample.action, await sample.ask(door));
      expect(view.preview.title).not.toBe("");
      await door.approve(seen);
      expect(sample.count(door)).toBe(0);
      expect(await door.live(seen.cardId)).toEqual({ state: "done", reason: "" });
      expect(sample.count(door)).toBe(1);
      await door.close();
    });
  }
});
