import { expect, test } from "vitest";
import { bytes, count, plural } from "../../src/core/plural.ts";

test("numbers have their thousands separated", () => {
  for (const value of [0, 7, 999, 1000, 12_345, 999_999, 1_000_000, 1_234_567_890, -1, -999, -1000, -12_345, 1234.5]) {
    expect(count(value)).toBe(value.toLocaleString("en-US"));
  }
});

test("one is one, and everything else is many", () => {
  expect([plural(1, "item"), plural(0, "item"), plural(2000, "item")]).toEqual(["1 item", "0 items", "2,000 items"]);
  expect([bytes(1), bytes(182_300), bytes(3_400_000)]).toEqual(["1 byte", "182 kB", "3.4 MB"]);
});
