import { readFileSync } from "node:fs";
import { join } from "node:path";
import { StewardError } from "../core/errors.ts";
import type { Owner } from "../core/thread.ts";
import { expandEvent } from "../formats/calendar/expand-event.ts";
import type { TriageSetting } from "../triage/gather-input.ts";
import { loadBrands } from "../triage/lookalike.ts";
import { loadVocabulary, type Vocabulary } from "../triage/vocabulary.ts";
import { loadWeights } from "../triage/weights.ts";

const languages = ["en", "de", "fr", "es", "it", "pt"];

/**
 * Loads the rules' data from the checkout's `data/` folder. All languages: others write in theirs. The vocabulary is read
 * when it is first asked for, because a digest with nothing to judge never does. Errors: `internal` when a file is damaged.
 */
export async function loadTriageSetting(checkout: string, owner: Owner): Promise<TriageSetting> {
  let vocabulary: Vocabulary | null = null;
  return {
    owner,
    get vocabulary(): Vocabulary {
      vocabulary ??= loadVocabulary(languages.map((language) => readData(checkout, "vocabulary", `${language}.json`)));
      return vocabulary;
    },
    weights: loadWeights(readData(checkout, "weights.json")),
    brands: loadBrands(readData(checkout, "vocabulary", "brands.json")),
    expandEvent,
  };
}

function readData(checkout: string, ...path: string[]): unknown {
  const file = join(checkout, "data", ...path);
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new StewardError("internal", `The rules' data is missing or damaged: ${file}`, {
      cure: "Restore it from the repository: git checkout data",
      cause: error,
    });
  }
}
