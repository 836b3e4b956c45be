import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { Door } from "../../../approvals/door.ts";
import { findThreadByTitle } from "../../store/thread-views.ts";
import { proposeByRule } from "../../triage/propose-by-rule.ts";
import type { CommandContext } from "../command-context.ts";
import { withDoor } from "../door/with-door.ts";

const requestSchema = z.strictObject({
  words: z.string(),
  /** The title of the conversation it is about; a step's `thread` is filled in from it. */
  about: z.string(),
  steps: z.array(
    z.strictObject({ action: z.string(), ask: z.record(z.string(), z.unknown()), after: z.number().optional() }),
  ),
});
type DemoRequest = z.output<typeof requestSchema>;

/** Cards of the demo, made as she would make them: what she writes at her terminal, and what the rules find. */
export async function proposeDemo(context: CommandContext): Promise<void> {
  const text = await readFile(join(context.checkout, "data", "demo", "requests.json"), "utf8");
  const requests = z.array(requestSchema).parse(JSON.parse(text));
  await withDoor(context, async ({ home, door }) => {
    for (const request of requests) {
      const thread = await findThreadByTitle(home.store, request.about);
      if (thread !== null) await proposeRequest(door, request, thread);
    }
    await proposeByRule({ store: home.store, nowMs: context.clock.now(), newId: context.newId });
    await door.turn(new AbortController().signal);
  });
}

/** How many cards wait for her. */
export async function countOpenCards(context: CommandContext): Promise<number> {
  return await withDoor(context, async ({ door }) => {
    const queue = await door.queue();
    return queue.reduce((sum, { open }) => sum + open.length, 0);
  });
}

async function proposeRequest(door: Door, { words, steps }: DemoRequest, thread: number): Promise<void> {
  const filled = steps.map(({ action, ask, after }) => ({
    action,
    account: null,
    ask: action === "gmail.reply" ? { ...ask, thread } : ask,
    after: after ?? null,
  }));
  await door.propose(filled, {
    by: "owner",
    surface: "terminal",
    utterance: words,
    rule: null,
    itemsRead: [],
    openedThreads: [thread],
    callId: null,
  });
}
