import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { StewardError } from "../../src/core/errors.ts";
import { parsePolicy, printPolicy } from "../../src/core/parse-policy.ts";
import { defaultPolicy, type Policy, policySchema, readReach } from "../../src/core/policy.ts";
import { policyJsonSchema } from "../../src/core/policy-schema.ts";

const templates = join(import.meta.dirname, "..", "..", "data", "templates");
const read = (name: string): string => readFileSync(join(templates, name), "utf8");

/** What parsing says against a text, message and cure. */
function refused(text: string, actions?: readonly string[]): string {
  try {
    parsePolicy(text, "policy.yaml", actions === undefined ? {} : { actions });
  } catch (error) {
    if (error instanceof StewardError && error.code === "config") return `${error.message} ${error.cure ?? ""}`;
    throw error;
  }
  return "taken";
}

describe("the defaults", () => {
  it("are pinned", () => {
    expect(defaultPolicy()).toEqual({
      undo_seconds: 20,
      quiet_hours: null,
      caps: { send: 20, change: 200, critical: 5, per_person_an_hour: 3 },
      expiry_hours: { send: 168, critical: 1 },
      attention: { cards_a_day: 10 },
      dictated: "ask",
      rules: [],
    });
  });

  it("are what an empty file and the template say", () => {
    for (const text of ["", "# nothing yet\n", read("policy.yaml")]) {
      expect(parsePolicy(text, "policy.yaml")).toEqual(defaultPolicy());
    }
  });
});

describe("the template", () => {
  it("names its schema in the first line, and the schema is the one the code has", () => {
    expect(read("policy.yaml").split("\n")[0]).toBe("# yaml-language-server: $schema=./policy.schema.json");
    expect(read("policy.schema.json")).toBe(policyJsonSchema());
  });

  it("shows rules that are read as they stand there once their # is taken away", () => {
    const example = /^# rules:\n(?:# {3}.*\n)+/m.exec(read("policy.yaml"))?.[0] ?? "";
    const { rules } = parsePolicy(example.replace(/^# /gm, ""), "policy.yaml", { actions: ["gmail.archive"] });
    expect(rules.map((rule) => rule.do)).toEqual(["allow", "ask", "deny"]);
    const quiet = /^# (quiet_hours:.*)$/m.exec(read("policy.yaml"))?.[1] ?? "";
    expect(parsePolicy(quiet, "policy.yaml").quiet_hours).toEqual({ from: "22:00", to: "07:00" });
  });
});

describe("a policy that does not fit", () => {
  it.each([
    ["undo_second: 20", /line 1 has an unknown setting: undo_second\..*Known here: undo_seconds, quiet_hours/],
    ["\ncaps:\n  sends: 3", /line 3 has an unknown setting: sends.*send, change, critical/],
    [
      "rules:\n  - when: { action: gmail.archive }\n    do: deny\n    why: x\n    unless: y",
      /line 5.*unless.*when, do/,
    ],
    ["rules:\n  - when: { acton: gmail.archive }\n    do: deny\n    why: x", /line 2.*acton.*action, account, to/],
    ["\nundo_seconds: 4", /line 2: undo_seconds is less than 5/],
    ["undo_seconds: 601", /more than 600/],
    ["undo_seconds: 20.5", /not a whole number/],
    ["caps: { send: 201 }", /caps.send is more than 200, the most steward takes/],
    ["expiry_hours: { critical: 25 }", /more than 24/],
    ["quiet_hours: { from: 24:00, to: 07:00 }", /not a time/],
    ["quiet_hours: { from: 22:00, to: 22:00 }", /begin and end at the same time/],
    ["dictated: yes", /dictated is not ask or send/],
    ["rules:\n  - when: {}\n    do: allow\n    why: x", /is empty: say what may happen/],
    ["rules:\n  - when: {}\n    do: dney\n    why: x", /rules.do is not deny, ask or allow/],
    ["rules:\n  - when: {}\n    do: deny", /rules.why is missing/],
    ["rules:\n  - when: { to: nobody }\n    do: deny\n    why: x", /no address, number, handle or domain/],
    ["rules:\n  - when: { action: archive }\n    do: deny\n    why: x", /is no action/],
    ["undo_seconds: 20\nundo_seconds: 30", /line 2 is not valid YAML/],
    ["caps: &c { send: 1 }\nexpiry_hours: *c", /aliases/],
    ["undo_seconds: !!js/function x", /not valid YAML/],
    ["undo_seconds: 20\n---\nundo_seconds: 30", /not valid YAML/],
    ["- 1", /the whole file/],
    [`# ${"x".repeat(300_000)}`, /larger than 256 kB/],
  ])("is refused with its line and what is allowed: %s", (text, said) => {
    expect(refused(text.slice(0, 300_010))).toMatch(said);
  });

  it("is also one whose rule names an action that no connector has", () => {
    const about = (action: string) => `rules:\n  - when:\n      action: ${action}\n    do: deny\n    why: x`;
    expect(refused(about("gmail.archiv"), ["gmail.archive"])).toMatch(
      /line 3: there is no gmail.archiv\..*gmail.archive/,
    );
    expect(refused(about("gmial.*"), ["gmail.archive"])).toMatch(/there is no gmial/);
    for (const known of ["gmail.archive", "gmail.*", '"*"']) {
      expect(refused(about(known), ["gmail.archive"])).toBe("taken");
    }
  });
});

describe("a policy that is printed", () => {
  const words = fc.stringMatching(/^[a-zß-ÿ0-9][a-zß-ÿ0-9 :#'"\-{}*&!%@]{0,40}$/);
  const when = fc.record(
    {
      action: fc.constantFrom("*", "gmail.*", "gmail.archive"),
      account: words,
      to: fc.constantFrom("adler.example", "paul@adler.example", "+4915112345678", "telegram:@tom"),
      tier: fc.constantFrom("change", "send", "critical"),
      by: fc.constantFrom("owner", "rule", "model"),
      from_rule: words,
    },
    { requiredKeys: ["action"] },
  );
  const rule = fc.oneof(
    fc.record({ when, do: fc.constantFrom("deny", "allow"), why: words }),
    fc.record({ when, do: fc.constant("ask"), needs: fc.constantFrom("green", "amber", "red"), why: words }),
  );
  const policy = fc
    .record({
      undo_seconds: fc.integer({ min: 5, max: 600 }),
      quiet_hours: fc.constantFrom(null, { from: "22:00", to: "07:30" }),
      caps: fc.record({ send: fc.integer({ min: 0, max: 200 }) }),
      dictated: fc.constantFrom("ask", "send"),
      rules: fc.array(rule, { maxLength: 4 }),
    })
    .map((value): Policy => policySchema.parse(value));

  it("is read back the same", () => {
    fc.assert(
      fc.property(policy, (value) => {
        expect(parsePolicy(printPolicy(value), "policy.yaml")).toEqual(value);
      }),
    );
  });
});

describe("whom a rule means", () => {
  it.each([
    ["Paul@Adler.example", "address", "paul@adler.example"],
    ["@adler.example", "domain", "adler.example"],
    ["bücher.example", "domain", "xn--bcher-kva.example"],
    ["+4915112345678", "address", "+4915112345678"],
    ["telegram:@Tom", "address", "telegram:@tom"],
  ])("is read from %s", (written, kind, value) => {
    expect(readReach(written)).toEqual({ kind, value });
  });

  it("is nobody where it is neither", () => {
    for (const written of ["paul", "a b.example", "paul@", "12345", "adler..example", ""]) {
      expect(readReach(written)).toBeNull();
    }
  });
});
