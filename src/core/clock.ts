/** Time comes in through this, so that tests and the demo can choose it. `now` is milliseconds since 1970, UTC. */
export interface Clock {
  now(): number;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** An instant as UTC ISO-8601 text with milliseconds, the form every `...At` column has. */
export function toInstant(ms: number): string {
  return new Date(ms).toISOString();
}

/** Milliseconds since 1970 of an instant written by `toInstant`. */
export function fromInstant(instant: string): number {
  return Date.parse(instant);
}
