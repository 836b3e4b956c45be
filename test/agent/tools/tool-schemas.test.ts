// Holds R60.
import { expect, test } from "vitest";
import { allTools } from "../../../src/agent/tools/all-tools.ts";
import { toolSchemas } from "../../../src/agent/tools/tool-schemas.ts";

test("all tools together stay small, sorted, and the same every time", () => {
  const bytes = JSON.stringify(toolSchemas(allTools));
  expect(Buffer.byteLength(bytes)).toBeLessThan(7000);
  expect(bytes).toBe(JSON.stringify(toolSchemas(allTools)));
  const names = allTools.map(({ name }) => name);
  expect(names).toEqual(names.toSorted());
  expect(new Set(names).size).toBe(names.length);
});

test("R60: every input is closed: a key that is not asked for is refused", () => {
  for (const { name, input } of allTools) {
    expect(input.safeParse({ surprise: 1 }).success, name).toBe(false);
    expect(JSON.stringify(toolSchemas(allTools).find((tool) => tool.name === name)?.schema)).toContain(
      '"additionalProperties":false',
    );
  }
});
