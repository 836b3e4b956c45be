import { readFileSync } from "node:fs";
import type { Owner } from "../src/core/thread.ts";
import { examineItem } from "../src/triage/judge-thread.ts";
import type { Example } from "../src/triage/learn-weights.ts";
import { type KnownParty, loadBrands } from "../src/triage/lookalike.ts";
import { createItemReader } from "../src/triage/signals/item-reader.ts";
import { createContext, type TriageContext } from "../src/triage/triage-context.ts";
import { loadVocabulary } from "../src/triage/vocabulary.ts";
import { loadWeights, type Weights } from "../src/triage/weights.ts";
import type { Case } from "./persona-threads.ts";

/** Reads a JSON file beside this one or in the project's data folder. */
export function readJson(path: string): unknown {
  return JSON.parse(readFileSync(new URL(path, import.meta.url), "utf8"));
}

export const languages = ["en", "de", "fr", "es", "it", "pt"];

/** A context for judging a bench mailbox, with the given weights (default: the shipped ones). */
export function benchContext(
  owner: Owner,
  weights: Weights = loadWeights(readJson("../data/weights.json")),
  known: KnownParty[] = [],
): TriageContext {
  return createContext({
    owner,
    nowMs: 0,
    vocabulary: loadVocabulary(languages.map((name) => readJson(`../data/vocabulary/${name}.json`))),
    weights,
    elsewhere: [],
    openEvents: [],
    entries: [],
    known,
    brands: loadBrands(readJson("../data/vocabulary/brands.json")),
    firstImportAt: null,
  });
}

/** The training examples of cases: each message with its signals as of its arrival. */
export function toExamples(cases: readonly Case[], context: TriageContext, weight: number): Example[] {
  return cases.map(({ view, item, nowMs, replied }) => {
    const now = { ...context, nowMs };
    const { collector } = examineItem(item, view, now, createItemReader(view, now));
    return { strengths: collector.strengths, answered: replied, weight };
  });
}

/** How much examples of a history count beside labelled ones, when the shipped weights are trained. */
export const historyWeight = 1;
export const shippedPull = 600;
/** An owner's own history decides more than other people's: each of its messages counts this often. */
export const ownWeight = 6;
