import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseQuery } from "../../src/store/search-query.ts";
import { nowMs, oddText } from "./store-fixture.ts";

const parse = (text: string, zone = "UTC") => parseQuery(text, { zone, nowMs });
const match = (text: string) => parse(text).match;
const day = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());

describe("words", () => {
  test("must all occur, folded and quoted", () => {
    expect(match("Übung Straße")).toBe('"ubung" AND "strasse"');
  });
  test("in quotes are a phrase, with any quotes", () => {
    expect(match('"let me know" „gute Reise“')).toBe('"let me know" AND "gute reise"');
  });
  test("with apostrophe, hyphen or at become phrases as the index has them", () => {
    expect(match("don’t e-mail tom@lumen.example")).toBe('"don t" AND "e mail" AND "tom lumen example"');
  });
  test("of Chinese or Japanese become phrases of characters", () => {
    expect(match("東京駅")).toBe('"東 京 駅"');
  });
  test("with a star stand for all that begin so, unless too short", () => {
    expect(match("calend*")).toBe('"calend" *');
    expect(match('"let me kno"*')).toBe('"let me kno" *');
    expect(match("ab*")).toBe('"ab"');
    expect(parse("ab*").notes).toEqual(["ab* is too short to stand for all that begin with it."]);
  });
  test("joined by OR need one of them; AND is what words mean anyway", () => {
    expect(match("flight OR hotel OR booking lisbon")).toBe('("flight" OR "hotel" OR "booking") AND "lisbon"');
    expect(match("a1 AND b1")).toBe('"a1" AND "b1"');
    expect(match("this or that")).toBe('"this" AND "or" AND "that"');
  });
  test("with a minus must not occur", () => {
    expect(parse('invoice -draft -"do not pay"')).toMatchObject({
      match: '"invoice"',
      exclude: '"draft" OR "do not pay"',
    });
  });
});

describe("fields", () => {
  test("search one column", () => {
    expect(match('from:tom@lumen.example to:"Inès Roy" subject:lease* cc:x filename:plan')).toBe(
      'sender : "tom lumen example" AND recipients : "ines roy" AND subject : "lease" * AND recipients : "x" AND attachments : "plan"',
    );
  });
  test("name places with words of their own", () => {
    expect(match("in:whatsapp")).toBe('place : "zqchannelwhatsapp"');
    expect(match("in:gmail")).toBe('place : "zqchannelmail"');
    expect(match('in:"Lisbon trip"')).toBe('place : "zqinlisbon zqintrip"');
    expect(match("has:attachment")).toBe('place : "zqhasfile"');
    expect(match("in:constructor")).toBe('place : "zqinconstructor"');
  });
  test("that mean states become conditions", () => {
    expect(parse("is:unanswered from:me -to:me").conditions).toEqual([
      { name: "unanswered", wanted: true },
      { name: "from_owner", wanted: true },
      { name: "to_owner", wanted: false },
    ]);
  });
  test("that nobody knows are taken literally", () => {
    expect(match("http://a.example/x re: foo:bar")).toBe('"http a example x" AND "re" AND "foo bar"');
    expect(parse("has:dog")).toMatchObject({ match: '"has dog"', notes: [expect.stringContaining("has:attachment")] });
    expect(match("constructor:x")).toBe('"constructor x"');
  });
});

describe("dates", () => {
  test.each([
    ["after:2026-11-01", "2026-11-01T00:00:00.000Z", null],
    ["before:2026-11-01", null, "2026-11-01T00:00:00.000Z"],
    ["on:2026-11-01", "2026-11-01T00:00:00.000Z", "2026-11-02T00:00:00.000Z"],
    ["on:2026-10", "2026-10-01T00:00:00.000Z", "2026-11-01T00:00:00.000Z"],
    ["on:2025", "2025-01-01T00:00:00.000Z", "2026-01-01T00:00:00.000Z"],
    ["on:01.11.2026", "2026-11-01T00:00:00.000Z", "2026-11-02T00:00:00.000Z"],
    ["after:yesterday", "2026-11-19T00:00:00.000Z", null],
    ["after:7d", "2026-11-13T12:00:00.000Z", null],
    ["before:7d", null, "2026-11-13T12:00:00.000Z"],
    ['after:"last monday"', "2026-11-16T00:00:00.000Z", null],
    ['on:"last friday"', "2026-11-13T00:00:00.000Z", "2026-11-14T00:00:00.000Z"],
    ["on:friday", "2026-11-20T00:00:00.000Z", "2026-11-21T00:00:00.000Z"],
    ['on:"last week"', "2026-11-09T00:00:00.000Z", "2026-11-16T00:00:00.000Z"],
    ["after:2026-11-01 before:2026-11-05 after:2026-11-03", "2026-11-03T00:00:00.000Z", "2026-11-05T00:00:00.000Z"],
    ["-after:2026-11-01", null, "2026-11-01T00:00:00.000Z"],
  ])("%s", (text, from, before) => {
    const query = parse(text);
    expect([day(query.fromMs), day(query.beforeMs)]).toEqual([from, before]);
    expect(query).toMatchObject({ match: null, notes: [] });
  });
  test("are days of the owner's zone", () => {
    expect(day(parse("after:2026-11-01", "Asia/Tokyo").fromMs)).toBe("2026-10-31T15:00:00.000Z");
    expect(day(parse("after:2026-11-01", "No/Where").fromMs)).toBe("2026-11-01T00:00:00.000Z");
  });
  test("that do not exist are searched as words, and it is said", () => {
    expect(parse("after:2026-02-30")).toMatchObject({ fromMs: null, match: '"after 2026 02 30"' });
    expect(parse("after:soonish").notes[0]).toContain("is no date I know");
  });
});

describe("odd input", () => {
  test.each([
    ['"never closed', '"never closed"', "A quote was not closed"],
    ["OR word", '"word"', "OR needs a word"],
    ["word OR", '"word"', "OR needs a word"],
    ["🙂 word", '"word"', "Nothing to search for"],
    ['a1 NEAR(b1 c1) {x y}: ^z "', '"a1" AND "near b1" AND "c1" AND "x" AND "y" AND "z"', "A quote was not closed"],
    ["", null, undefined],
    ['- -- * " :', null, "Nothing to search for"],
  ])("%s", (text, expected, note) => {
    const query = parse(text);
    expect(query.match).toBe(expected);
    if (note === undefined) expect(query.notes).toEqual([]);
    else expect(query.notes.join(" ")).toContain(note);
  });
  test("of great length is cut, and it is said", () => {
    const query = parse("word ".repeat(5000));
    expect(query.match?.split(" AND ")).toHaveLength(64);
    expect(query.notes).toHaveLength(2);
  });
  test("never throws, and every term stays quoted", () => {
    fc.assert(
      fc.property(oddText, fc.constantFrom("", "from:", "-", "on:", '"', "in:"), (text, before) => {
        const { match: compiled } = parse(before + text);
        const bare = (compiled ?? "").replace(/"[^"]*"/g, "");
        expect(bare).toMatch(/^[\sa-zANDOR:*()]*$/);
      }),
    );
  });
});
