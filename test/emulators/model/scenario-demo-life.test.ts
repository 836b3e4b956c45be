import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { allTools } from "../../../src/agent/tools/all-tools.ts";
import { scenario } from "../../../src/emulators/model/scenario/scenario.ts";
import { makeContext, runTool } from "../../agent/tools/tool-harness.ts";
import { type DemoLife, openDemoLife } from "../../support/demo-life.ts";
import { playRequest, startModel, type ToolAnswers } from "./build-request.ts";

const nowAt = "2026-11-14T08:12:00Z";
const now = "2026-11-14T09:12+01:00 (Saturday), Europe/Berlin";
const plain = z.record(z.string(), z.unknown());
let life: DemoLife;
let tools: ToolAnswers;

beforeAll(async () => {
  life = await openDemoLife(Date.parse(nowAt));
  const { context } = await makeContext(life.store, life.reading.setting.owner, nowAt);
  const reading = allTools.filter(({ name, effect }) => effect === "read" && name !== "actions" && name !== "skill");
  const real: ToolAnswers = Object.fromEntries(
    reading.map((tool) => [
      tool.name,
      async (input: unknown) => {
        const { data, note } = await runTool(tool, input, context);
        return { ...plain.parse(data), note };
      },
    ]),
  );
  const listed = (names: unknown) =>
    z
      .array(z.string())
      .parse(names)
      .map((name) => ({ name, ask: { properties: { thread: {} } } }));
  tools = {
    ...real,
    actions: ({ names }) => ({ actions: listed(names) }),
    skill: () => ({ skill: { name: "inbox-zero" } }),
    web_search: () => ({ results: [] }),
    propose: () => ({ cards: [{ number: 1, title: "", friction: "green", state: "proposed" }] }),
    ask_owner: () => ({}),
  };
}, 60_000);
afterAll(async () => await life.close());

async function play(words: string, data?: unknown) {
  const played = await playRequest(startModel({ policy: scenario() }), words, tools, {
    now,
    ...(data === undefined ? {} : { data }),
  });
  return {
    ...played,
    proposals: played.calls.filter(({ name }) => name === "propose").map(({ input }) => input["steps"]),
  };
}

test("the introduction is found in the chat, the address in old mail, both links in the message", async () => {
  const { proposals } = await play("introduce Tom to the recruiter I know, as Inès asked; tell her when it is out");
  expect(proposals).toMatchObject([
    [
      {
        action: "gmail.send_message",
        ask: {
          to: ["Claire Dubois <claire@talentbridge.example>", "Tom Reyes <tom@lumen.example>"],
          text: expect.stringContaining("https://lumen.example/jobs/paris-1\nhttps://lumen.example/jobs/paris-2"),
        },
      },
      { action: "handoff.whatsapp", ask: { to: "Inès Moreau" }, after: 0 },
    ],
  ]);
  expect((await play("introduce Tom to Claire, as Inès asked")).proposals).toEqual(proposals);
});

test("the new plate is read from the licence office's letter and put into the car's document alone", async () => {
  const { proposals } = await play("new licence plate, put it into the car document");
  const replace = [{ find: "B-NT 914", with: "B-KL 2207" }];
  expect(proposals).toMatchObject([[{ action: "drive.update_file", ask: { file: expect.any(Number), replace } }]]);
});

test("inbox zero proposes replies to mails that ask and archives in one bundle", async () => {
  const { proposals } = await play("run inbox zero");
  const actions = proposals.map((steps) =>
    z
      .array(z.looseObject({ action: z.string() }))
      .parse(steps)
      .map(({ action }) => action),
  );
  expect(new Set(actions[0])).toEqual(new Set(["gmail.archive"]));
  expect(actions.length).toBeGreaterThan(2);
  expect(actions.slice(1).every((each) => each.join() === "gmail.reply")).toBe(true);
});

test("promises of last week are told with the messages they stand in", async () => {
  const { text } = await play("what did I promise last week and to whom?");
  expect(text).toMatch(/^\[scripted model\] You promised[\s\S]*\[#\d+\]/);
});

test("an hour with two founders becomes an event with both", async () => {
  const { proposals } = await play("find an hour with Oliver and Ana next week");
  expect(proposals).toMatchObject([
    [
      {
        action: "calendar.create_event",
        ask: {
          durationMinutes: 60,
          guests: [expect.stringContaining("@kestrelrobotics"), expect.stringContaining("@")],
        },
      },
    ],
  ]);
});

test("a friend is told in the owner's own words", async () => {
  const { proposals } = await play("tell my friend Karin I'm in Seattle next week");
  expect(proposals).toMatchObject([[{ ask: { text: "I'm in Seattle next week" } }]]);
});

test("a plain question is answered with its source", async () => {
  const { text } = await play("When is the flight to Lisbon?");
  expect(text).toMatch(/^\[scripted model\] [\s\S]*\[#\d+\]/);
});
