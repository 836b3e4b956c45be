import { setTimeout as sleep } from "node:timers/promises";

/** Really waits, whatever the clock of the test says. */
export async function sleepFor(ms: number, signal?: AbortSignal): Promise<void> {
  await sleep(ms, undefined, signal === undefined ? {} : { signal });
}
