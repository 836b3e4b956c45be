// Holds R61.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { toInstant } from "../../../src/core/clock.ts";
import { rawText, untrusted } from "../../../src/core/untrusted.ts";
import { field, list } from "../../../src/emulators/model/find-values.ts";
import { type Policy, type PolicyAnswer, say, sayJson } from "../../../src/emulators/model/policy.ts";
import { viewRequest } from "../../../src/emulators/model/view-request.ts";
import { listThreads } from "../../../src/store/thread-views.ts";
import { currentVerdicts } from "../../../src/triage/current-verdicts.ts";
import { isUndecided } from "../../../src/triage/judge-with-model/is-undecided.ts";
import { isUnsure } from "../../../src/triage/judge-with-model/merge-judgement.ts";
import { readDigest } from "../../../src/triage/read-digest.ts";
import { type DemoLife, openDemoLife } from "../../support/demo-life.ts";
import { forgetJudgements, modelFor, passWith } from "./judging-life.ts";

const nowMs = Date.parse("2026-11-21T09:12:00Z");

/** Says this of every thread; of one for which it is null, nothing. */
function judging(answer: (id: string, thread: unknown) => unknown): Policy {
  return {
    name: "judging",
    answer: (request): PolicyAnswer => {
      const view = viewRequest(request);
      const key = view.purpose === "commitments" ? "commitments" : "verdicts";
      const threads = list(view.fenced[0], "threads");
      return sayJson({ [key]: threads.flatMap((one) => answer(String(field(one, "id")), one) ?? []) });
    },
  };
}

describe("R61: where a model gives no answer", () => {
  let life: DemoLife;
  const judged = async () => {
    const infos = await listThreads(life.store, toInstant(nowMs - 60 * 86_400_000), toInstant(nowMs));
    return (await currentVerdicts(life.store, life.reading.setting, infos, nowMs)).threads;
  };
  const digest = async () => {
    const options = { since: life.lastReadAt, limit: 500, showIgnored: true };
    const { digest: made, ignored } = await readDigest(life.store, life.reading, options);
    const { counts, notShown, newEntries, openEntries, coverage } = made;
    const ids = (entries: typeof newEntries): number[] => entries.map(({ threadId }) => threadId);
    return { counts, notShown, shown: ids([...newEntries, ...openEntries]), quiet: ids(ignored), coverage };
  };

  beforeAll(async () => {
    life = await openDemoLife(nowMs);
  }, 60_000);
  afterAll(() => life.close());
  beforeEach(() => forgetJudgements(life.store));

  it.each<[string, Policy]>([
    ["declines", { name: "declines", answer: () => ({ content: [], stopReason: "refusal" }) }],
    ["stops", { name: "stops", answer: () => ({ content: [], stopReason: "end_turn" }) }],
    ["says asdf", { name: "asdf", answer: () => say("asdf") }],
    ["answers about other threads", judging(() => ({ id: "t999", class: "ignore", urgency: 0 }))],
    ["answers in words of its own", judging((id) => ({ id, class: "safe_to_delete", urgency: 9, send: true }))],
  ])("because it %s, rules alone judge, nothing is left out, and the digest says so", async (_name, policy) => {
    const before = await digest();
    const { model } = await modelFor(life.store, nowMs, policy);
    const report = await passWith(life.store, life.reading, model);
    expect(report.problem).not.toBeNull();
    const after = await digest();
    expect([after.counts, after.notShown, after.shown]).toEqual([before.counts, before.notShown, before.shown]);
    expect(JSON.stringify(after.coverage.at(-1))).toContain("rules alone");
  });

  it("to one thread, that thread is shown as one nobody could judge, and counted", async () => {
    const open = (await judged()).filter(isUndecided).filter(({ verdict }) => verdict.class !== "ignore");
    const victim = open.find(({ info }) => (info.lastAt ?? "") > life.lastReadAt)?.info;
    const title = rawText(victim?.title ?? untrusted("")).slice(0, 40);
    expect(title.length).toBeGreaterThan(4);
    const answer = (id: string, thread: unknown): unknown => {
      if (String(field(thread, "title")).startsWith(title)) return null;
      // A closer look has the earlier items with it, and wants a line.
      const line = field(thread, "items") === undefined ? {} : { line: "" };
      return { id, class: "to_know", urgency: 0, ...line };
    };
    const { model } = await modelFor(life.store, nowMs, judging(answer));
    await passWith(life.store, life.reading, model);
    const unsure = (await judged()).filter(({ verdict }) => isUnsure(verdict)).map(({ info }) => info.id);
    expect(unsure).toContain(victim?.id);
    const { shown } = await digest();
    for (const id of unsure) expect(shown).toContain(id);
  });
});
