import { expect, test } from "vitest";
import { readUnreliably } from "./unreliable.ts";

test("a mailbox of 5,000 read while a tenth of all requests fail ends identical to the truth", {
  timeout: 60_000,
}, async () => {
  const report = await readUnreliably(5000, 7);
  expect(report.hits).toBeGreaterThan(500);
  expect(report).toMatchObject({ differences: [], records: 5020, problems: [] });
});
