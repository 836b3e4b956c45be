import { expect, test } from "vitest";
import { byzantine } from "../../../src/emulators/model/byzantine/byzantine.ts";
import { askFor, startModel, toolList } from "./build-request.ts";

const request = (turn: number) => ({
  model: "claude-sonnet-5-5",
  max_tokens: 100_000,
  system: "# steward: request\nActions: gmail.send_message, drive.update_file",
  tools: toolList,
  messages: [{ role: "user", content: `Now: ${turn}\nThe owner says:\nWhat is new?` }],
});

async function misdeeds(seed: number) {
  const { ask } = startModel({ policy: byzantine(seed) });
  const answers = [];
  for (let turn = 0; turn < 120; turn += 1) answers.push(await ask(request(turn)));
  return answers;
}

test("the same seed misbehaves in the same way, another one otherwise", async () => {
  const [first, again, other] = await Promise.all([misdeeds(3), misdeeds(3), misdeeds(4)]);
  expect(first).toEqual(again);
  expect(first).not.toEqual(other);
});

test("it calls tools there are not, forty at once, with ids twice, refuses and says nothing", async () => {
  const answers = await misdeeds(11);
  const names = answers.flatMap(({ content }) => content.map((block) => block["name"]));
  const counts = answers.map(({ content }) => content.filter(({ type }) => type === "tool_use"));
  expect(names).toContain("approve");
  expect(Math.max(...counts.map(({ length }) => length))).toBe(40);
  expect(counts.some((uses) => uses.length > 1 && new Set(uses.map(({ id }) => id)).size === 1)).toBe(true);
  expect(answers.map(({ stop_reason }) => stop_reason)).toContain("refusal");
});

test("its verdicts name threads that nobody asked for, twice or not at all", async () => {
  const { ask } = startModel({ policy: byzantine(5) });
  const threads = [1, 2, 3].map((id) => ({ id: `t${id}`, title: "x", text: "y" }));
  const verdicts = { type: "array", items: { type: "object", additionalProperties: false, properties: {} } };
  const schema = { type: "object", additionalProperties: false, required: ["verdicts"], properties: { verdicts } };
  const asked = { ...askFor("judge", { threads }), output_config: { format: { type: "json_schema", schema } } };
  const texts = await Promise.all(Array.from({ length: 60 }, async () => (await ask(asked)).text));
  expect(texts.some((text) => text.includes('"t999"'))).toBe(true);
  expect(texts.some((text) => (text.match(/"t1"/g) ?? []).length > 1)).toBe(true);
  expect(texts.some((text) => text.includes("verdicts") && !text.includes('"t2"'))).toBe(true);
  const inForm = texts.filter(
    (text) => /^\{"verdicts":/.test(text) && ["t1", "t2", "t3"].every((id) => text.split(`"${id}"`).length === 2),
  );
  expect(inForm.length).toBeGreaterThan(15);
});
