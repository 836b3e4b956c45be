import type { Signal } from "../../core/verdict.ts";
import type { Weights } from "../weights.ts";
import type { SignalName } from "./signal-names.ts";

/** Gathers the signals of one item or thread; each weight is the name's weight times how strongly it holds. */
export interface Collector {
  signals: Signal[];
  sum: number;
  names: Set<SignalName>;
  /** How strongly each name holds (the largest), whatever its weight. */
  strengths: Map<SignalName, number>;
  add(
    name: SignalName,
    reason: string,
    options?: { strength?: number; vetoes?: boolean; itemId?: number | null },
  ): void;
}

/** A collector whose signals belong to `itemId` unless they say otherwise. */
export function createCollector(weights: Weights, itemId: number | null): Collector {
  const collector: Collector = {
    signals: [],
    sum: 0,
    names: new Set(),
    strengths: new Map(),
    add: (name, reason, options = {}) => {
      const strength = options.strength ?? 1;
      const weight = weights.signals[name] * strength;
      collector.strengths.set(name, Math.max(strength, collector.strengths.get(name) ?? 0));
      const signalItem = options.itemId === undefined ? itemId : options.itemId;
      collector.signals.push({ name, reason, weight, vetoes: options.vetoes ?? false, itemId: signalItem });
      collector.sum += weight;
      collector.names.add(name);
    },
  };
  return collector;
}
