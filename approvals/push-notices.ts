import { toInstant } from "../src/core/clock.ts";
import { countPushedSince, listUnpushed, markPushed, type Notice } from "../src/store/notices.ts";
import type { DoorSetup } from "./door-setup.ts";

/** What interrupts whatever the budget: what the owner asked to be told, and what they must know. */
const always: readonly string[] = ["reminder", "alert"];
const mostAtOnce = 3;

/**
 * The lines that may interrupt the owner now. Contract: each notice interrupts at most once; cards and urgent mail only as often
 * a day as policy.yaml says, the rest waits in the digest and on the page; a burst is one line.
 */
export async function pushNotices(setup: DoorSetup): Promise<string[]> {
  const waiting = await listUnpushed(setup.store, 200);
  if (waiting.length === 0) return [];
  const policy = await setup.policy();
  const dayAgo = toInstant(setup.clock.now() - 86_400_000);
  const left = policy.attention.cards_a_day - (await countPushedSince(setup.store, dayAgo, always));
  const lines: string[] = [];
  const budgeted = waiting.filter(({ kind }) => !always.includes(kind));
  lines.push(...waiting.filter(({ kind }) => always.includes(kind)).map(({ text }) => text));
  if (budgeted.length > mostAtOnce && left > 0) lines.push(fold(budgeted));
  else lines.push(...budgeted.slice(0, Math.max(0, left)).map(({ text }) => text));
  const told =
    budgeted.length > mostAtOnce ? budgeted.slice(0, Number(left > 0)) : budgeted.slice(0, Math.max(0, left));
  await setup.store.write(async (tx) => {
    for (const notice of waiting) {
      const pushed = always.includes(notice.kind) || told.includes(notice);
      await markPushed(tx, notice.id, pushed);
    }
  });
  return lines;
}

function fold(notices: readonly Notice[]): string {
  const urgent = notices.filter(({ kind }) => kind === "urgent");
  const cards = notices.length - urgent.length;
  const parts = [
    ...(urgent.length > 0 ? [`${urgent.length} urgent, first: ${urgent[0]?.text ?? ""}`] : []),
    ...(cards > 0 ? [`${cards} cards wait for you`] : []),
  ];
  return parts.join("; ");
}
