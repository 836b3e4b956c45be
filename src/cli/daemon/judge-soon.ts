/** Brings the judgement up to date whenever something was read, once at a time. */
export interface JudgeSoon {
  /** Something came; `soon` false may wait until the last time is a while ago. */
  request(options: { soon: boolean }): void;
  /** Resolves when nothing is asked for any more. */
  settled(): Promise<void>;
}

const gapMs = 15_000;

/**
 * Makes the one that judges. Contract: `judge` runs one at a time, again when something came while it ran; requests that are not
 * urgent come at most every 15 seconds; a failing `judge` is told and asked again with the next news.
 */
export function makeJudgeSoon(
  judge: () => Promise<void>,
  options: { now(): number; failed(error: unknown): void },
): JudgeSoon {
  let wanted = false;
  let running: Promise<void> | null = null;
  let endedMs = Number.NEGATIVE_INFINITY;
  const run = async (): Promise<void> => {
    while (wanted) {
      wanted = false;
      try {
        await judge();
      } catch (error) {
        options.failed(error);
      }
      endedMs = options.now();
    }
    running = null;
  };
  return {
    request: ({ soon }) => {
      const passedMs = options.now() - endedMs;
      // A clock that was set back makes the last time look like one to come.
      if (!soon && passedMs >= 0 && passedMs < gapMs) return;
      wanted = true;
      running ??= run();
    },
    settled: async () => {
      while (running !== null) await running;
    },
  };
}
