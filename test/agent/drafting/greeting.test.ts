import { describe, expect, it } from "vitest";
import { wronglyGreeted } from "../../../src/agent/drafting/greeting.ts";
import { cleanNote } from "../../../src/agent/drafting/style-note.ts";

const names = ["Claire Dubois", "claire@talentbridge.example", "Özdemir"];

describe("whom a letter greets", () => {
  it.each([
    "Hi Claire,\nfine.",
    "Hi thanks for your mail, Claire.",
    "Bonjour Madame Dubois,",
    "Chère Claire,",
    "Hallo zusammen,",
    "Sehr geehrte Frau Özdemir,",
    "Liebe Claire, das passt.",
    "Buongiorno, va bene.",
    "Yes, Tuesday is fine.",
    "Ja, gern.",
    "Dear all,",
  ])("is right in: %s", (text) => {
    expect(wronglyGreeted(text, names)).toEqual([]);
  });

  it.each([
    ["Hi Clara,\nfine.", "clara"],
    ["Sehr geehrter Herr Schmidt,", "schmidt"],
    ["Cher Marc, merci.", "marc"],
    ["Hola Ana!", "ana"],
    ["Caro Marco,", "marco"],
    ["Olá João,", "joao"],
    ["Tom,\nfine.", "tom"],
    ["Dear Claire and Tom,", "tom"],
  ])("is wrong in: %s", (text, name) => {
    expect(wronglyGreeted(text, names)).toEqual([name]);
  });
});

describe("a note on how somebody writes", () => {
  it("keeps points only, and none with what leads elsewhere", () => {
    const text =
      "Here it is:\n- Short.\n- Write to a@b.example\n- See www.x.example\n- Call 030 2312\n-no\n- Ends with Clara.";
    expect(cleanNote(text)).toBe("- Short.\n- Ends with Clara.");
  });
});
