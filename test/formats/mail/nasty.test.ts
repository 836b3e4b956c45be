import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { dataFolder } from "../../support/data-folder.ts";
import { fields, scoreNasty } from "../../support/nasty-score.ts";

const data = dataFolder("the nasty MIME files");

describe.skipIf(data === null)("over the nasty MIME files", () => {
  test("parseMail never throws and is wrong no more often than postal-mime alone", async () => {
    const score = await scoreNasty(join(data ?? "", "mime_nasty"));
    console.info("wrong of", score.files, JSON.stringify({ ours: score.ours, postal: score.postal }));
    expect(score.files).toBeGreaterThan(900);
    for (const field of fields) expect(score.ours[field], field).toBeLessThanOrEqual(score.postal[field]);
  });
});
