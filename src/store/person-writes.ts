import type { Store, Tx } from "./open-store.ts";

const turnMs = 20;

/**
 * Does `work` for each of a list in as many transactions as it takes for none to last much over 20 ms, so that whoever else
 * wants to write gets a turn. Contract: in order; each single `work` is whole or not at all; what was done stays when a later
 * one throws.
 */
export async function writeInTurns<One>(
  store: Store,
  list: readonly One[],
  work: (tx: Tx, one: One) => void,
): Promise<void> {
  let at = 0;
  while (at < list.length) {
    const next = await store.write((tx) => {
      const endsAt = performance.now() + turnMs;
      let reached = at;
      do {
        const one = list[reached];
        if (one !== undefined) work(tx, one);
        reached += 1;
      } while (reached < list.length && performance.now() < endsAt);
      return reached;
    });
    at = next;
  }
}
