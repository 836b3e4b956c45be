import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type World, worldSchema } from "./schema.ts";

const parts = ["persona", "people", "mail", "bulk", "chats", "calendar", "drive"] as const;

/** Reads the invented life from `dir` (`data/demo`); throws zod's error when a file is not as the schema says. */
export function loadWorld(dir: string): World {
  const read = (part: string): unknown => JSON.parse(readFileSync(join(dir, "world", `${part}.json`), "utf8"));
  return worldSchema.parse(Object.fromEntries(parts.map((part) => [part, read(part)])));
}
