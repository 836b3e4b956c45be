import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { makeWebDoor, type SearchSetting } from "../../../connectors/web/door.ts";
import type { DoorConnector } from "../../../src/core/action.ts";

const root = join(import.meta.dirname, "..", "..", "..");
const isDoor = (value: unknown): value is DoorConnector =>
  typeof value === "object" && value !== null && Reflect.has(value, "actions") && Reflect.has(value, "isReading");

/** A search that could be made and finds nothing. */
const noSearch: SearchSetting = {
  target: async () => ({ baseUrl: "http://127.0.0.1:1", model: "none" }),
  otherKey: async () => null,
  run: async () => ({ results: [] }),
};

/** Every write side that main.ts hands to the door, read from main.ts itself: one that is added there is tested here. */
export async function allDoors(): Promise<DoorConnector[]> {
  const main = readFileSync(join(root, "src", "main.ts"), "utf8");
  const found = [...main.matchAll(/import\("\.\.\/(connectors\/[\w-]+\/door\.ts)"\)\)\.(\w+)/g)];
  return await Promise.all(
    found.map(async ([, path = "", name = ""]) => {
      const loaded: unknown = await import(join(root, path));
      const module = z.record(z.string(), z.unknown()).parse(loaded);
      const door = name === "makeWebDoor" ? makeWebDoor(noSearch) : module[name];
      if (!isDoor(door)) throw new Error(`${path} has no door ${name}`);
      return door;
    }),
  );
}
