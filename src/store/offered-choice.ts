import type { Store } from "./open-store.ts";
import { getRun } from "./runs.ts";

/**
 * Whether a text is one of the choices a run put before the owner: then a model worded it, from whatever it had read, and the owner
 * only passed it on. `answers` is the run that asked; null where none did.
 */
export async function isOfferedChoice(store: Store, answers: string | null, text: string): Promise<boolean> {
  const asked = answers === null ? null : ((await getRun(store, answers))?.question ?? null);
  const plain = (one: string): string => one.replace(/\s+/g, " ").trim();
  return asked?.choices.some((choice) => plain(choice) === plain(text)) ?? false;
}
