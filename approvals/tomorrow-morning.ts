/** Eight in the morning of the next day in a zone, milliseconds UTC. */
export function tomorrowMorning(nowMs: number, zone: string): number {
  const day = Temporal.Instant.fromEpochMilliseconds(nowMs).toZonedDateTimeISO(zone).toPlainDate().add({ days: 1 });
  return day.toZonedDateTime({ timeZone: zone, plainTime: "08:00" }).epochMilliseconds;
}
