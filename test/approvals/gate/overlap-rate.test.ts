// Holds R69.
import { describe, expect, it } from "vitest";
import type { DraftItem } from "../../../src/core/item.ts";
import { rawText } from "../../../src/core/untrusted.ts";
import { lifeMaker, type Stored } from "./gate-fixture.ts";
import { ordinaryMailBytes, parseOne } from "./ordinary-mail.ts";

const owner = "mtk.manpages@gmail.com";
const newLife = lifeMaker(owner, "Owner");
const mails = ordinaryMailBytes(700);

describe("answers that a person really wrote", () => {
  it.skipIf(mails === null)(
    "hold text of other conversations in few of a hundred (skipped without the shared data)",
    async () => {
      const life = await newLife();
      const drafts: DraftItem[] = [];
      for (const { kind, bytes } of mails ?? []) {
        const item = kind === "list" ? await parseOne(bytes) : null;
        if (item !== null && item.sentAt !== null) drafts.push({ ...item, externalId: `m${drafts.length}` });
      }
      drafts.sort((a, b) => (a.sentAt ?? "").localeCompare(b.sentAt ?? ""));
      const seen: Stored[] = [];
      const counts = new Map<string, number>();
      let judged = 0;
      for (const draft of drafts) {
        const from = draft.parties.find(({ role }) => role === "from")?.identity.value;
        const isAnswer = from === owner && draft.mail?.inReplyTo != null;
        if (isAnswer && seen.length > 60 && judged < 120) {
          judged += 1;
          const parent = drafts.findIndex((one) => one.messageId === draft.mail?.inReplyTo);
          const thread = parent >= 0 ? seen[parent] : undefined;
          const to = draft.parties.filter(({ role }) => role === "to").map(({ identity }) => identity.value);
          const facts = await life.facts({
            action: "gmail.reply",
            tier: "send",
            to,
            text: rawText(draft.text),
            ...(thread === undefined ? {} : { about: thread }),
            origin: {
              openedThreads: thread === undefined ? [] : [thread.threadId],
              itemsRead: seen.slice(-20).map((one) => one.itemId),
            },
          });
          for (const code of new Set(facts.warnings.map(({ code, level }) => `${level} ${code}`)))
            counts.set(code, (counts.get(code) ?? 0) + 1);
        }
        seen.push(await life.take({ ...draft, sentEvidence: from === owner }));
      }
      console.log(`${judged} answers:`, Object.fromEntries([...counts].sort((a, b) => b[1] - a[1])));
      expect((counts.get("red other_threads") ?? 0) / Math.max(1, judged)).toBeLessThanOrEqual(0.1);
    },
    120_000,
  );
});
