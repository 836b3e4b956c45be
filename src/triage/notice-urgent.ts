import { toInstant } from "../core/clock.ts";
import { forScreen } from "../core/untrusted.ts";
import { addNotice } from "../store/notices.ts";
import type { Store } from "../store/open-store.ts";
import { listUrgentSince } from "../store/urgent-threads.ts";

/** What is older was urgent before anybody could be told: it stands in the digest. */
const freshMs = 6 * 3_600_000;

/** Has the owner told of what became urgent in the last hours, each message once. Returns how many are new. */
export async function noticeUrgent(store: Store, nowMs: number): Promise<number> {
  const urgent = await listUrgentSince(store, toInstant(nowMs - freshMs));
  if (urgent.length === 0) return 0;
  return await store.write(async (tx) => {
    let added = 0;
    for (const { threadId, itemId, who, line } of urgent) {
      const text = `Urgent: ${forScreen(who)}: ${forScreen(line)}`;
      const notice = { key: `urgent:${threadId}:${itemId}`, kind: "urgent", level: "push" as const, text, threadId };
      if (await addNotice(tx, notice)) added += 1;
    }
    return added;
  });
}
