/**
 * Milliseconds since 1970 of a moment as a person or a model writes it: `2026-11-28T09:00` is the time in `zone`, with `Z` or
 * `+01:00` it is exact. Null when it is none. Contract: pure, never throws.
 */
export function readMoment(text: string, zone: string): number | null {
  if (!/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/.test(text)) return null;
  try {
    return /(?:Z|[+-]\d\d:?\d\d)$/i.test(text)
      ? Temporal.Instant.from(text).epochMilliseconds
      : Temporal.PlainDateTime.from(text).toZonedDateTime(zone).epochMilliseconds;
  } catch {
    // Temporal says by throwing that a text is no date.
    return null;
  }
}

/** A date such as `2026-11-28` that there is, so many days later; null when it is none. Contract: pure, never throws. */
export function readDay(text: string, plusDays = 0): string | null {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return null;
  try {
    return Temporal.PlainDate.from(text).add({ days: plusDays }).toString();
  } catch {
    // As above.
    return null;
  }
}
