import { describe, expect, it } from "vitest";
import stories from "../../../data/demo/stories.json" with { type: "json" };
import { type EvalReport, evalReportSchema } from "../../../src/agent/eval/eval-report.ts";
import { scoreClasses } from "../../../src/agent/eval/score-classes.ts";
import {
  missingIn,
  type StoryEnd,
  scoreStories,
  storiesSchema,
  storySchema,
} from "../../../src/agent/eval/score-stories.ts";
import { evalScreen } from "../../../src/cli/eval/eval-screen.ts";

describe("scores of verdicts", () => {
  it("are precision and recall, where another right answer counts", () => {
    const scores = scoreClasses([
      { said: "reply", truth: { class: "reply", alsoRight: [] } },
      { said: "reply", truth: { class: "ignore", alsoRight: [] } },
      { said: "event", truth: { class: "reply", alsoRight: ["event"] } },
      { said: "ignore", truth: { class: "urgent", alsoRight: [] } },
    ]);
    const of = (name: string) => scores.find((one) => one.class === name);
    expect(of("reply")).toEqual({ class: "reply", said: 2, precision: 0.5, meant: 2, recall: 1 });
    expect(of("urgent")).toEqual({ class: "urgent", said: 0, precision: 1, meant: 1, recall: 0 });
    expect(of("event")).toMatchObject({ precision: 1, meant: 0, recall: 1 });
  });
});

describe("stories", () => {
  const story = storySchema.parse({
    name: "introduction",
    words: "Introduce Tom.",
    cards: [
      { actions: ["gmail.send_message"], to: ["claire@"], says: ["Lumen"], never: ["[Name]"], links: 1 },
      { actions: ["handoff.whatsapp"], after: true },
    ],
    answers: ["Done"],
  });
  const mail = {
    action: "gmail.send_message",
    recipients: ["Claire <claire@x.example>"],
    text: "LUMEN https://l.example/1",
    isAfter: false,
  };
  const chat = { action: "handoff.whatsapp", recipients: ["Ines"], text: "Out.", isAfter: true };
  const end = (over: Partial<StoryEnd> = {}): StoryEnd => ({ cards: [mail, chat], answer: "Done.", ...over });

  it.each<[string, StoryEnd, string]>([
    ["nothing missing", end(), ""],
    ["another order", end({ cards: [chat, mail] }), ""],
    ["a card", end({ cards: [mail] }), "1 cards instead of 2"],
    [
      "the recipient",
      end({ cards: [{ ...mail, recipients: [] }, chat] }),
      "gmail.send_message: it does not reach claire@",
    ],
    ["the links", end({ cards: [{ ...mail, text: "Lumen" }, chat] }), "gmail.send_message: 0 links instead of 1"],
    [
      "what may not be said",
      end({ cards: [{ ...mail, text: `${mail.text} [Name]` }, chat] }),
      "gmail.send_message: it says “[Name]”",
    ],
    [
      "the order",
      end({ cards: [mail, { ...chat, isAfter: false }] }),
      "handoff.whatsapp: it does not wait for the card before",
    ],
    ["the answer", end({ answer: "" }), "the answer does not say “Done”"],
  ])("tell what they lack: %s", (_name, given, missing) => {
    expect(missingIn(story, given)).toBe(missing);
  });

  it("are played one after the other though one fails", async () => {
    const scores = await scoreStories([story, { ...story, name: "again" }], async () => {
      throw new Error("no door");
    });
    expect(scores).toEqual([
      { name: "introduction", passed: false, why: "no door" },
      { name: "again", passed: false, why: "no door" },
    ]);
  });

  it("of the demo are six and well formed", () => {
    expect(storiesSchema.parse(stories).map(({ name }) => name)).toHaveLength(6);
  });
});

describe("the table", () => {
  const classes = scoreClasses([{ said: "reply", truth: { class: "reply", alsoRight: [] } }]);
  const report: EvalReport = evalReportSchema.parse({
    version: 1,
    models: ["small-one"],
    rules: classes,
    judged: classes,
    drafts: {
      asked: 3,
      proposed: 2,
      nothing: 1,
      dropped: 0,
      failed: 0,
      meant: 3,
      recipientsKept: 2,
      problems: { invented_date: 1 },
    },
    stories: [{ name: "promises", passed: false, why: "no card" }],
    cost: { calls: 4, input: 10, cacheWrite: 0, cacheRead: 5, output: 2, usd: null },
  });

  it("sets models beside each other within 78 columns", () => {
    const lines = evalScreen(report, { ...report, models: ["large-one"], drafts: null, stories: null });
    expect(lines[0]).toMatch(/rules +small-one +large-one$/);
    expect(lines).toContainEqual(
      expect.stringMatching(/^reply \(1\) +1\.00 \/ 1\.00 +1\.00 \/ 1\.00 +1\.00 \/ 1\.00$/),
    );
    expect(lines).toContainEqual(expect.stringMatching(/first: invented date +1 +0?$/));
    expect(lines).toContainEqual(expect.stringMatching(/^US dollars +unknown +unknown$/));
    expect(lines).toContain("  promises: no card");
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(78);
  });

  it("shows rules alone where there is no model", () => {
    const rules = { ...report, models: [], judged: null, drafts: null, stories: null };
    expect(evalScreen(rules, null).join("\n")).toMatch(/^ +rules\n/);
  });
});
