import { afterAll, beforeAll, expect, test } from "vitest";
import type { BundleView } from "../../../../approvals/door.ts";
import { bundlePage } from "../../../../approvals/page/views/card/bundle-page.ts";
import { loadAround } from "../../../../approvals/page/views/card/card-scene.ts";
import { queueList } from "../../../../approvals/page/views/card/queue-list.ts";
import { csrf, openPageLife, type PageLife } from "../page-life.ts";

let life: PageLife;
let cards: BundleView[];
beforeAll(async () => {
  life = await openPageLife({ requests: ["reply", "introduction", "document", "event", "hostile"] });
  const some = await life.door.queue();
  cards = Array.from({ length: 200 }, (_, at) => some[at % some.length]).filter((one) => one !== undefined);
});
afterAll(() => life.close());

/** The middle of nine runs, in milliseconds. */
async function measure(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let at = 0; at < 9; at += 1) {
    const started = performance.now();
    await work();
    times.push(performance.now() - started);
  }
  return times.toSorted((a, b) => a - b)[4] ?? 0;
}

test("200 cards are drawn whole at once, and the row of them in no time (prints how long)", async () => {
  const reader = { zone: "Europe/Berlin", nowMs: life.clock.nowMs };
  const around = new Map<string, Awaited<ReturnType<typeof loadAround>>>();
  for (const bundle of cards) {
    if (!around.has(bundle.bundleId)) around.set(bundle.bundleId, await loadAround(life.life.store, bundle));
  }
  const scenes = cards.flatMap((bundle) => {
    const found = around.get(bundle.bundleId);
    const ticket = life.deps.tickets.issue("s", bundle.open, "card", reader.nowMs);
    return found === undefined
      ? []
      : [{ ...reader, ...found, bundle, csrf, ticket, hasPasskey: false, confirming: false, editing: null }];
  });
  expect(scenes).toHaveLength(200);
  const whole = await measure(async () => (await Promise.all(scenes.map(bundlePage))).join("").length);
  const row = await measure(async () => String(await queueList(cards, null, reader)).length);
  process.stdout.write(`page: 200 cards drawn in ${whole.toFixed(1)} ms, their row in ${row.toFixed(1)} ms\n`);
  // Twice the aim: other work shares the machine that tests.
  // The number above is the measurement; a busy machine must not fail the build over it.
  expect(whole).toBeLessThan(400);
  expect(row).toBeLessThan(100);
});
