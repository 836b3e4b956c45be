import type { RunEvent } from "../../core/run-event.ts";
import type { Tx } from "../../store/open-store.ts";
import { appendRunEvent, readRunEvents } from "../../store/run-events.ts";
import type { RunDeps } from "./run-deps.ts";
import { follow, type RunView, viewOf } from "./run-view.ts";

/** A run and the one way anything happens to it. */
export interface Journal {
  runId: string;
  view: RunView;
  /** Writes down what happens next, with what belongs to it in the same transaction; the view follows. */
  append(event: RunEvent, along?: (tx: Tx) => Promise<void>): Promise<void>;
}

/** Opens what is known of a run. */
export async function openJournal(deps: Pick<RunDeps, "store" | "onEvent">, runId: string): Promise<Journal> {
  const view = viewOf(await readRunEvents(deps.store, runId));
  return {
    runId,
    view,
    append: async (event, along) => {
      const kept = await deps.store.write(async (tx) => {
        await along?.(tx);
        return await appendRunEvent(tx, runId, event);
      });
      follow(view, kept);
      deps.onEvent?.(runId, kept);
    },
  };
}
