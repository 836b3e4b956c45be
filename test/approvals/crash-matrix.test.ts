// Holds R7.
import { describe, expect, it } from "vitest";
import { type Step, steps } from "../../approvals/door-setup.ts";
import { DoorHarness } from "../support/door-harness.ts";
import type { PostFault } from "../support/post-office.ts";

const letter = { to: ["paul@adler.example"], text: "Tuesday 14:00 suits me." };
const parcel = { to: "paul@adler.example", what: "Keys" };

/** Every action, what it writes to, and how often the world shows it. */
const actions = [
  { name: "post.send_letter", ask: letter, path: "POST /send", count: (door: DoorHarness) => door.post.sent.length },
  {
    name: "post.send_parcel",
    ask: parcel,
    path: "POST /parcels",
    count: (door: DoorHarness) => door.post.parcels.size,
  },
  { name: "post.flag", ask: { ids: ["a"] }, path: "POST /flags", count: (door: DoorHarness) => door.post.flags.size },
];

const answers: (Omit<PostFault, "path" | "times"> | null)[] = [
  null,
  ...(["before", "after"] as const).flatMap((when) =>
    (["drop", "503", "garbage", "400"] as const).map((what) => ({ when, do: what })),
  ),
];
const deaths: (Step | null)[] = [null, ...steps];
const lags = [0, 90_000];

/** One approved card, a death and a fault on its way; then everything is well again and time passes. */
async function live(
  action: (typeof actions)[number],
  death: Step | null,
  answer: (typeof answers)[number],
  lagMs: number,
): Promise<{ count: number; state: string }> {
  const door = await new DoorHarness().start();
  try {
    door.post.lagMs = lagMs;
    const seen = await door.propose(action.name, action.ask);
    await door.approve(seen);
    door.dieAt = death;
    if (answer !== null) door.post.faults.push({ ...answer, path: action.path, times: 1 });
    for (let turns = 0; turns < 12; turns += 1) {
      door.clock.jump(turns < 4 ? 30_000 : 120_000);
      if ((await door.turn()) === "died") await door.restart();
    }
    const view = await door.door.card(seen.cardId);
    return { count: action.count(door), state: view?.card.state ?? "lost" };
  } finally {
    await door.stopHere();
  }
}

describe("the crash matrix", () => {
  for (const action of actions) {
    it(`of ${action.name}: done once, or the owner is asked with at most one, whatever dies where`, async () => {
      const broken: string[] = [];
      for (const death of deaths)
        for (const answer of answers)
          for (const lagMs of lags) {
            const { count, state } = await live(action, death, answer, lagMs);
            const right =
              state === "done" ? count === 1 : state === "unknown" ? count <= 1 : state === "failed" && count === 0;
            // The service took it and said it had not: only a look at the service itself can tell, and 400 is its own word.
            const lied = answer?.do === "400" && answer.when === "after";
            if (!right && !lied) broken.push(`${death} ${JSON.stringify(answer)} lag ${lagMs}: ${state}, ${count}`);
            if (count > 1) broken.push(`twice: ${death} ${JSON.stringify(answer)}`);
          }
      expect(broken).toEqual([]);
    }, 180_000);
  }
});
