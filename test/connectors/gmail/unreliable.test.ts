import { expect, test } from "vitest";
import { readUnreliably } from "./unreliable.ts";

test("a mailbox read while a tenth of all requests fail ends identical to the truth", async () => {
  const report = await readUnreliably(1000, 7);
  expect(report.hits).toBeGreaterThan(80);
  expect(report).toMatchObject({ differences: [], records: 1020, problems: [] });
});
