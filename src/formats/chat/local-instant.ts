/** A reading of a wall clock, in the zone of whoever made the export. */
export interface WallClock {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
}

/**
 * Milliseconds since 1970 of a wall clock reading in `zone` (IANA). A reading that the clocks skipped counts forward, one
 * that happened twice is the earlier. Null for an unknown zone or an impossible reading. Contract: never throws.
 */
export function localInstant(wall: WallClock, zone: string): number | null {
  try {
    const plain = Temporal.PlainDateTime.from({ ...wall }, { overflow: "reject" });
    return plain.toZonedDateTime(zone, { disambiguation: "compatible" }).epochMilliseconds;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
