/** Seconds between two readings, by connector, unless `poll` in config.json says otherwise. */
const usualSeconds: Record<string, number> = {
  gmail: 15,
  calendar: 60,
  drive: 90,
  "contacts-sheet": 90,
  files: 300,
};
const otherSeconds = 60;

/** How long to wait between two readings of a source, milliseconds. Contract: pure. */
export function pollIntervalMs(connector: string, configured: Readonly<Record<string, number>>): number {
  return (configured[connector] ?? usualSeconds[connector] ?? otherSeconds) * 1000;
}

/** Names in `poll` that no connector has: a misspelt setting that is silently ignored looks like one that works. */
export function unknownPollNames(
  configured: Readonly<Record<string, number>>,
  connectors: readonly string[],
): string[] {
  return Object.keys(configured).filter((name) => !connectors.includes(name));
}
