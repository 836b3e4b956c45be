import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { homeDoor } from "../../../connectors/home/door.ts";
import { openStore } from "../../../src/store/open-store.ts";
import { type Harness, makeHarness, nowAt, type Ran } from "../terminal-harness.ts";

let harness: Harness;
beforeEach(async () => {
  harness = makeHarness();
  await harness.run(["init", "--yes", "--address", "clara@weiss.example", "--zone", "Europe/Berlin"]);
});
afterEach(() => harness.remove());

async function proposeFile(contents: string, ...more: string[]): Promise<Ran> {
  const path = join(harness.folder, "ask.json");
  writeFileSync(path, contents);
  return await harness.run(["propose", "home.note", path, ...more], {
    machine: { loadDoorConnectors: async () => [homeDoor] },
  });
}

test("a file of a script becomes a card, and what it holds counts as nobody's typed words", async () => {
  expect(await proposeFile('{"text":"Plate is KL 2207","file":"car"}')).toMatchObject({ code: 0 });
  const store = await openStore(join(harness.home, "steward.db"), {
    clock: { now: () => Date.parse(nowAt), sleep: async () => undefined },
  });
  const row = store.read.get(z.object({ origin: z.string() }), "SELECT origin FROM cards WHERE number = 1");
  await store.close();
  expect(JSON.parse(row?.origin ?? "null")).toMatchObject({ by: "owner", surface: "terminal", utterance: null });
});

test("a file that is none, is no JSON, or asks for something else is refused in words", async () => {
  const missing = await harness.run(["propose", "home.note", join(harness.folder, "none.json")], {
    machine: { loadDoorConnectors: async () => [homeDoor] },
  });
  expect(missing.code).toBe(3);
  expect(await proposeFile("{")).toMatchObject({ code: 2, err: expect.stringContaining("not valid JSON") });
  expect(await proposeFile('{"words":"x"}')).toMatchObject({ code: 2, err: expect.stringContaining("words") });
  expect(await proposeFile("{}", "--json", "{}")).toMatchObject({ code: 2, err: expect.stringContaining("not both") });
});
