import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { StewardError } from "../core/errors.ts";
import type { Owner } from "../core/thread.ts";
import { expandEvent } from "../formats/calendar/expand-event.ts";
import type { TriageSetting } from "../triage/gather-input.ts";
import { loadBrands } from "../triage/lookalike.ts";
import { loadVocabulary } from "../triage/vocabulary.ts";
import { loadWeights } from "../triage/weights.ts";

const languages = ["en", "de", "fr", "es", "it", "pt"];

/** Loads the rules' data from the checkout's `data/` folder. All languages: others write in theirs. */
export async function loadTriageSetting(checkout: string, owner: Owner): Promise<TriageSetting> {
  const read = async (...path: string[]): Promise<unknown> => {
    const file = join(checkout, "data", ...path);
    try {
      return JSON.parse(await readFile(file, "utf8"));
    } catch (error) {
      throw new StewardError("internal", `The rules' data is missing or damaged: ${file}`, {
        cure: "Restore it from the repository: git checkout data",
        cause: error,
      });
    }
  };
  const [vocabulary, weights, brands] = await Promise.all([
    Promise.all(languages.map((language) => read("vocabulary", `${language}.json`))),
    read("weights.json"),
    read("vocabulary", "brands.json"),
  ]);
  return {
    owner,
    vocabulary: loadVocabulary(vocabulary),
    weights: loadWeights(weights),
    brands: loadBrands(brands),
    expandEvent,
  };
}
