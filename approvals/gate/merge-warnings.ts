import type { Warning } from "../../src/core/card.ts";
import { frictionOf } from "./friction-floors.ts";

const levels: readonly Warning["level"][] = ["red", "amber", "note"];

/**
 * The warnings as a card shows them: each once, at the level that counts, hidden copies first, then the worst. Contract: pure;
 * among equals the order stays, and no code that was there is lost.
 */
export function mergeWarnings(warnings: readonly Warning[]): Warning[] {
  const merged = new Map<string, Warning>();
  for (const warning of warnings) {
    // Where it is about the whole card, only the sentence tells two of the same kind apart.
    const key = JSON.stringify([warning.code, warning.about, warning.about === "" ? warning.text : ""]);
    const before = merged.get(key);
    merged.set(key, before === undefined ? raise(warning) : join(before, raise(warning)));
  }
  return [...merged.values()].toSorted((a, b) => rank(a) - rank(b));
}

function raise(warning: Warning): Warning {
  const friction = frictionOf(warning);
  return {
    ...warning,
    level: friction === "red" || friction === "never" ? "red" : friction === "amber" ? "amber" : "note",
  };
}

function join(a: Warning, b: Warning): Warning {
  const worse = levels.indexOf(b.level) < levels.indexOf(a.level) ? b : a;
  return { ...worse, itemIds: [...new Set([...a.itemIds, ...b.itemIds])] };
}

function rank({ code, level }: Warning): number {
  return code === "bcc" && level === "red" ? -1 : levels.indexOf(level);
}
