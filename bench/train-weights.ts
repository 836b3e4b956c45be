import { writeFileSync } from "node:fs";
import { learnWeights } from "../src/triage/learn-weights.ts";
import { loadWeights } from "../src/triage/weights.ts";
import { dataFolder } from "./load-mailbox.ts";
import { loadPersona } from "./persona-threads.ts";
import { benchContext, historyWeight, readJson, shippedPull, toExamples } from "./triage-data.ts";

/** `node bench/train-weights.ts` writes data/weights.json from bench/weights-prior.json and the persona mailboxes. */
const folder = dataFolder();
if (folder === null) {
  console.log("No data folder: set STEWARD_DATA. Nothing written.");
} else {
  const prior = loadWeights(readJson("weights-prior.json"));
  const examples = [];
  for (const name of ["mtk", "branden", "alx"]) {
    const persona = await loadPersona(folder, name);
    const context = benchContext(persona.owner, prior);
    examples.push(...toExamples(persona.cases, context, 1), ...toExamples(persona.past, context, historyWeight));
  }
  const learned = learnWeights(prior, examples, { pull: shippedPull });
  writeFileSync(new URL("../data/weights.json", import.meta.url), `${JSON.stringify(learned, null, 2)}\n`);
  console.log(`Trained on ${examples.length} messages; data/weights.json written.`);
}
