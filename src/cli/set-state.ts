import { moment } from "../core/times.ts";
import { forScreen } from "../core/untrusted.ts";
import type { ThreadState } from "../core/verdict.ts";
import { getThread, setThreadState } from "../store/thread-views.ts";
import type { CommandContext } from "./command-context.ts";
import { withHome } from "./open-home.ts";
import { resolveThreads } from "./references.ts";
import { clip } from "./render/width.ts";

/** Sets the state of the threads that are named and says so, one line each. `until` (ms) is for `snoozed`. */
export async function setState(
  context: CommandContext,
  references: readonly string[],
  state: ThreadState,
  until: ((zone: string) => number) | null,
): Promise<void> {
  await withHome(context, { create: false }, async (home) => {
    const { zone } = home.config;
    const untilMs = until === null ? null : until(zone);
    const meant = await Promise.all(references.map((one) => resolveThreads(home.store, home.paths, one)));
    for (const [index, [threadId, ...also]] of meant.entries()) {
      const untilAt = untilMs === null ? null : new Date(untilMs).toISOString();
      for (const id of [threadId, ...also]) await setThreadState(home.store, id, state, untilAt);
      const thread = await getThread(home.store, threadId);
      const title = clip(forScreen(thread?.title ?? "") || `t${threadId}`, Math.min(context.terminal.columns, 78) - 34);
      const words = stateWords(
        state,
        untilAt === null ? "" : moment(untilAt, zone, context.clock.now(), { weekday: true }),
      );
      context.terminal.out(`${references[index] ?? ""}  ${title}: ${words}\n`);
    }
  });
}

function stateWords(state: ThreadState, until: string): string {
  switch (state) {
    case "done":
      return "done. New mail in it brings it back.";
    case "snoozed":
      return `hidden until ${until}.`;
    case "muted":
      return "muted. It will not be shown again.";
    case "open":
    case "new":
      return "open again.";
  }
}
