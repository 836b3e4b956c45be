import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Step, steps } from "../../../../approvals/door-setup.ts";
import { filesDoor } from "../../../../connectors/files/door.ts";
import { handoffDoor } from "../../../../connectors/handoff/door.ts";
import { homeDoor } from "../../../../connectors/home/door.ts";
import { openHomeFolder } from "../../../../connectors/home-folder/home-folder.ts";
import { DoorHarness, typed } from "../../../support/door-harness.ts";
import { samples as filesSamples } from "../../files/door/samples.ts";
import { samples as handoffSamples } from "../../handoff/door/samples.ts";
import { samples as homeSamples, listFiles } from "./samples.ts";

const connectors = [homeDoor, filesDoor, handoffDoor];
const deaths: (Step | null)[] = [null, ...steps];
const samples = [...homeSamples, ...filesSamples, ...handoffSamples.map((one) => ({ ...one, count: async () => 1 }))];

describe.each(samples)("$action through the door", (sample) => {
  test.each(deaths)("is done exactly once when the door dies at %s", async (death) => {
    const door = await new DoorHarness(connectors).start();
    try {
      await sample.setup(door.home);
      const seen = await door.propose(sample.action, sample.ask);
      expect(await door.approve(seen)).toMatchObject({ kind: "ok" });
      door.dieAt = death;
      for (let turns = 0; turns < 4; turns += 1) {
        door.clock.jump(30_000);
        if ((await door.turn()) === "died") await door.restart();
      }
      expect((await door.door.card(seen.cardId))?.card.state).toBe("done");
      expect(await sample.count(door.home)).toBe(1);
      expect((await listFiles(door.home)).filter((path) => path.endsWith(".tmp"))).toEqual([]);
    } finally {
      await door.stopHere();
    }
  });
});

test.each([
  "written",
  "renamed",
] as const)("a disk that fails when the file is %s is asked, never believed", async (at) => {
  let failures = 1;
  const failing: typeof homeDoor = {
    ...homeDoor,
    connect: async (_config, deps) =>
      openHomeFolder(deps.homePath, {
        atStep: (step) => {
          if (step === at && failures > 0) {
            failures -= 1;
            throw Object.assign(new Error("EIO"), { code: "EIO" });
          }
        },
      }),
  };
  const door = await new DoorHarness([failing]).start();
  try {
    const seen = await door.propose("home.remind", { text: "Call the garage", at: "2026-11-28T09:00" });
    await door.approve(seen);
    for (let turns = 0; turns < 4; turns += 1) {
      door.clock.jump(120_000);
      await door.turn();
    }
    const state = (await door.door.card(seen.cardId))?.card.state;
    const text = await readFile(join(door.home, "reminders.md"), "utf8").catch(() => "");
    expect([state, text.includes("Call the garage")]).toEqual(at === "written" ? ["failed", false] : ["done", true]);
  } finally {
    await door.stopHere();
  }
});

test("what was done through the door is undone through it", async () => {
  const door = await new DoorHarness(connectors).start();
  try {
    for (const sample of homeSamples) {
      await sample.setup(door.home);
      const seen = await door.propose(sample.action, sample.ask);
      await door.approve(seen);
      door.clock.jump(30_000);
      await door.turn();
      expect(await sample.count(door.home)).toBe(1);
      expect(await door.door.undo(seen.cardId, typed)).toMatchObject({ kind: "ok" });
      expect(await sample.count(door.home)).toBe(0);
    }
  } finally {
    await door.stopHere();
  }
});
