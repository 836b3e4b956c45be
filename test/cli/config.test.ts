// Holds R101.
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { configSchema, toOwner } from "../../src/core/config.ts";
import { policyJsonSchema } from "../../src/core/policy-schema.ts";
import { type Harness, makeHarness } from "./terminal-harness.ts";

let harness: Harness;
beforeEach(() => {
  harness = makeHarness();
});
afterEach(() => harness.remove());

function writeConfig(text: string): void {
  mkdirSync(harness.home, { recursive: true });
  writeFileSync(join(harness.home, "config.json"), text);
}

describe("config.json", () => {
  it("is written by init for its owner alone, with what the flags and the machine say", async () => {
    const ran = await harness.run([
      "init",
      "--yes",
      "--name",
      "Clara Weiss",
      "--address",
      "clara@weiss.example, c@work.example",
      "--language",
      "de,en",
    ]);
    expect(ran.code).toBe(0);
    const path = join(harness.home, "config.json");
    expect(JSON.parse(readFileSync(path, "utf8"))).toEqual({
      owner: {
        names: ["Clara Weiss"],
        addresses: ["clara@weiss.example", "c@work.example"],
        phones: [],
        handles: [],
        notMe: [],
      },
      zone: "Europe/Berlin",
      region: "DE",
      languages: ["de", "en"],
      keepOriginals: true,
      poll: {},
      page: { port: 7373, address: null, ipv6: true },
      drafts: { perRun: 8 },
      model: expect.objectContaining({ baseUrl: "https://api.anthropic.com" }),
      telemetry: { otlp: null, elsewhere: false },
    });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(harness.home).mode & 0o777).toBe(0o700);
    expect(readdirSync(harness.home).sort()).toEqual([
      "config.json",
      "contacts.csv",
      "policy.schema.json",
      "policy.yaml",
      "rules.md",
    ]);
  });

  it("keeps what the owner wrote into contacts.csv, rules.md and policy.yaml when init runs again", async () => {
    await harness.run(["init", "--yes"]);
    writeFileSync(join(harness.home, "rules.md"), "mine");
    writeFileSync(join(harness.home, "policy.yaml"), "undo_seconds: 60\n");
    writeFileSync(join(harness.home, "policy.schema.json"), "of an older steward");
    await harness.run(["init", "--yes", "--zone", "Europe/Lisbon"]);
    expect(readFileSync(join(harness.home, "rules.md"), "utf8")).toBe("mine");
    expect(readFileSync(join(harness.home, "policy.yaml"), "utf8")).toBe("undo_seconds: 60\n");
    expect(readFileSync(join(harness.home, "policy.schema.json"), "utf8")).toBe(policyJsonSchema());
    expect(configSchema.parse(JSON.parse(readFileSync(join(harness.home, "config.json"), "utf8"))).zone).toBe(
      "Europe/Lisbon",
    );
  });

  it("refuses a zone, a country or an address that is none", async () => {
    for (const flags of [
      ["--zone", "Mars/Base"],
      ["--region", "Germany"],
      ["--address", "nobody"],
    ]) {
      const ran = await harness.run(["init", "--yes", ...flags]);
      expect(ran.code, flags.join(" ")).toBe(2);
    }
    expect(() => readdirSync(harness.home)).toThrow();
  });

  it("refuses an unknown key, naming its line and the keys there are", async () => {
    writeConfig('{\n  "zone": "Europe/Berlin",\n  "timezone": "UTC"\n}\n');
    const { code, err } = await harness.run(["status"]);
    expect(code).toBe(11);
    expect(err).toContain("line 3");
    expect(err).toContain("unknown setting: timezone");
    expect(err).toContain("Known here: owner, zone, region");
  });

  it("names the line of a syntax error, and of a value that does not fit", async () => {
    writeConfig('{\n  "zone": "Europe/Berlin"\n  "region": "DE"\n}\n');
    const syntax = await harness.run(["status"]);
    expect(syntax.code).toBe(11);
    expect(syntax.err).toContain("not valid JSON in line 3");
    writeConfig('{\n  "owner": {\n    "addresses": ["clara"]\n  }\n}\n');
    const value = await harness.run(["status"]);
    expect(value.code).toBe(11);
    expect(value.err).toContain("line 3");
    expect(value.err).toContain("is not an e-mail address");
    writeConfig("");
    expect((await harness.run(["status"])).code).toBe(11);
  });

  it("says so when it may not be read", async ({ skip }) => {
    if (process.getuid?.() === 0) skip("root may read everything");
    writeConfig("{}");
    chmodSync(join(harness.home, "config.json"), 0);
    expect((await harness.run(["status"])).code).toBe(4);
  });

  it("gives every way of naming the owner in its normal form", () => {
    const config = configSchema.parse({
      owner: {
        names: ["Clara Weiss"],
        addresses: ["Clara@Weiss.example"],
        phones: ["030 23125 017", "no number"],
        handles: ["telegram:@Clara", "telegram:user4711", "whatsapp:Clara Weiss"],
      },
      region: "DE",
    });
    expect(toOwner(config).identities).toEqual([
      "clara@weiss.example",
      "+493023125017",
      "telegram:@clara",
      "telegram:user4711",
      "whatsapp:Clara Weiss",
    ]);
  });
});

describe("doctor", () => {
  it("finds a home that others can read, and says how to close it", async () => {
    await harness.run(["init", "--yes"]);
    chmodSync(join(harness.home, "config.json"), 0o644);
    const { code, out } = await harness.run(["doctor"]);
    expect(code).toBe(1);
    expect(out).toContain("others on this computer can read it (mode 644)");
    expect(out).toContain("chmod 600");
    chmodSync(join(harness.home, "config.json"), 0o600);
    expect((await harness.run(["doctor"])).code).toBe(0);
  });

  it("reports a damaged database and leaves it as it is", async () => {
    await harness.run(["init", "--yes"]);
    const path = join(harness.home, "steward.db");
    writeFileSync(path, "not a database at all, but somebody's file");
    const { code, out } = await harness.run(["doctor"]);
    expect(code).toBe(1);
    expect(out).toContain("not a steward database");
    expect(readFileSync(path, "utf8")).toContain("somebody's file");
    expect((await harness.run(["status"])).code).toBe(8);
  });
});
