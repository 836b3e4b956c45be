import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeKnowledge } from "../../../src/agent/memory/make-knowledge.ts";
import type { MemoryPlace } from "../../../src/agent/memory/remember.ts";
import type { SkillPlaces } from "../../../src/agent/skills/load-skills.ts";
import type { Knowledge, Remembered } from "../../../src/agent/tool.ts";
import type { Store } from "../../../src/store/open-store.ts";
import { clock } from "../../store/store-fixture.ts";

/** A home with nothing in it but what a test writes. */
export interface MemoryHome {
  place: MemoryPlace & SkillPlaces;
  knowledge: Knowledge;
  write(path: string, text: string, mode?: number): void;
  read(path: string): string;
  remember(given: Partial<Parameters<Knowledge["remember"]>[0]>): Promise<Remembered>;
}

export function makeMemoryHome(store: Store, homePath: string): MemoryHome {
  const place = { store, homePath, clock, shippedSkillsPath: join(homePath, "shipped") };
  const knowledge = makeKnowledge(place, "run-1");
  let calls = 0;
  return {
    place,
    knowledge,
    write: (path, text, mode = 0o600) => {
      mkdirSync(join(homePath, path, ".."), { recursive: true, mode: 0o700 });
      writeFileSync(join(homePath, path), text, { mode });
    },
    read: (path) => readFileSync(join(homePath, path), "utf8"),
    remember: async (given) => {
      calls += 1;
      return knowledge.remember({ text: "", quote: "", utterance: "", itemIds: [], key: `call-${calls}`, ...given });
    },
  };
}
