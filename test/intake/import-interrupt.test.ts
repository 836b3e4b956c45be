import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { z } from "zod";
import type { Connector, Page } from "../../src/core/connector.ts";
import type { RawRecord } from "../../src/core/record.ts";
import { createIntake } from "../../src/intake/intake.ts";
import { openStore } from "../../src/store/open-store.ts";
import { registerSource } from "../../src/store/sources.ts";

const clock = { now: () => Date.parse("2026-11-21T10:00:00Z"), sleep: async () => undefined };
const bytes = new TextEncoder().encode(`Subject: Slow\n\n${"A line that takes its time.\n> quoted\n".repeat(8000)}`);

/** One page with far more to parse than anybody would wait for. */
const slow: Connector<unknown, unknown> = {
  name: "slow",
  config: z.unknown(),
  connect: async () => null,
  check: async () => ({ state: "ok" }),
  pull: async (): Promise<Page> => ({
    records: Array.from({ length: 1500 }, (_, n): RawRecord => {
      const locator = { path: "slow", offset: n };
      return { format: "mail", externalId: `${n}`, bytes, hints: {}, locator };
    }),
    gone: [],
    failed: [],
    cursor: { at: 1 },
    done: true,
    coverage: null,
    progress: { done: 1, total: 1, unit: "records" },
  }),
};

it("an interrupt does not wait for what is being parsed, and stores no cursor for it", async () => {
  const folder = mkdtempSync(join(tmpdir(), "steward-interrupt-"));
  const store = await openStore(join(folder, "steward.db"), { clock });
  const connectorDeps = { fetch, clock, newId: () => "id", secret: async () => null, log: () => undefined };
  const intake = createIntake({
    store,
    connectors: [slow],
    connectorDeps,
    clock,
    newId: () => "id",
    originalsDirectory: null,
  });
  try {
    const source = { id: "s", connector: "slow", kind: "slow", location: "slow", label: "slow", config: {} };
    const registered = await store.write((tx) => registerSource(tx, source));
    const began = performance.now();
    const report = await intake.importSource(registered, {
      signal: AbortSignal.timeout(300),
      onProgress: () => undefined,
      read: { zone: "UTC", region: "US", recentDays: null },
    });
    expect(report).toMatchObject({ stopped: "interrupted", added: 0 });
    expect(performance.now() - began).toBeLessThan(3000);
    const again = await store.write((tx) => registerSource(tx, source));
    expect(again).toMatchObject({ cursors: {}, readAt: null });
  } finally {
    await intake.close();
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
