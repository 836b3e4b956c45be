// Holds story 2 of the operator: a photo and a note change one line of a document.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeStoryBase, type StoryBase, StoryHouse } from "../support/story-house.ts";

let base: StoryBase;
beforeAll(async () => {
  base = await makeStoryBase();
}, 60_000);
afterAll(() => base.close());

// The smallest picture there is: one white pixel.
const pixel = Buffer.from(
  "/9j/4AAQSkZJRgABAQEAYABgAAD/2wBDAAgGBgcGBQgHBwcJCQgKDBQNDAsLDBkSEw8UHRofHh0aHBwgJC4nICIsIxwcKDcpLDAxNDQ0Hyc5PTgyPC4zNDL/wAALCAABAAEBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAACf/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AVN//2Q==",
  "base64",
);
const photo = { name: "plate.jpg", mediaType: "image/jpeg", bytes: new Uint8Array(pixel) };
const note = {
  name: "note.txt",
  mediaType: "text/plain",
  bytes: new TextEncoder().encode("The new plate is B-KL 2207."),
};

function carFile(house: StoryHouse): string {
  const files = [...house.google.state("drive", base.life.account).files.values()];
  const car = files.find(({ name }) => name === "car.md");
  return new TextDecoder().decode(car?.content ?? new Uint8Array());
}

describe("a new licence plate, as a photo and a note", () => {
  it("is a difference of the car's document that changes the plate and keeps everything else, and one yes", async () => {
    const house = await new StoryHouse(base).open();
    try {
      const before = carFile(house);
      const { bundles, cards } = await house.ask("new plate", { files: [photo, note] });
      expect(cards.map(({ action, state, friction }) => [action, state, friction])).toEqual([
        ["drive.update_file", "proposed", "green"],
      ]);
      const [bundle] = bundles;
      const [card] = bundle?.cards ?? [];
      if (bundle === undefined || card === undefined) throw new Error("no card");
      const [diff, ...more] = card.preview.diffs;
      expect(more).toEqual([]);
      expect(diff?.after).toBe(diff?.before.replace("B-NT 914", "B-KL 2207"));
      for (const kept of [
        "VIN: TMBZZZNE3K0914027",
        "Insurance: Havel, policy KF-5512-08",
        "Owners: Clara Weiss and Jonas Berg",
      ])
        expect(diff?.after).toContain(kept);
      expect(carFile(house)).toBe(before);

      await house.decide(bundle);
      await house.rest();
      expect(await house.stateOf(card)).toBe("done");
      expect(carFile(house)).toBe(before.replace("B-NT 914", "B-KL 2207"));
      expect(carFile(house)).not.toBe(before);
      expect(house.inputs).toBe(1);
    } finally {
      await house.stopHere();
    }
  });

  it("shows the model the picture itself, as something that was given and read", async () => {
    const house = await new StoryHouse(base).open();
    try {
      const { text } = await house.ask("new plate", { files: [photo, note] });
      const [first] = house.scripted.requests();
      expect(JSON.stringify(first?.body)).toContain('"media_type":"image/jpeg"');
      expect(text).toMatch(/\[#\d+\]/);
    } finally {
      await house.stopHere();
    }
  });

  it("that cannot be read from what was given is asked for", async () => {
    const house = await new StoryHouse(base).open();
    try {
      const { question, cards } = await house.ask("new plate", { files: [photo] });
      expect([question?.question, cards]).toEqual([expect.stringContaining("What is it?"), []]);
    } finally {
      await house.stopHere();
    }
  });
});
