import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Ask } from "../../src/cli/ask.ts";
import type { CommandContext, Machine } from "../../src/cli/command-context.ts";
import { connectorDeps } from "../../src/cli/connector-deps.ts";
import { withHome } from "../../src/cli/open-home.ts";
import { openModelHere } from "../../src/cli/open-model.ts";
import type { Model } from "../../src/core/model.ts";
import { openSecrets } from "../../src/daemon/secrets/open-secrets.ts";
import { key, makeServer, message, request, text } from "../model/messages-server.ts";
import { type Harness, makeHarness } from "./terminal-harness.ts";

let harness: Harness;
beforeEach(async () => {
  harness = makeHarness();
  await harness.run(["init", "--yes"]);
});
afterEach(() => harness.remove());

const never = async (): Promise<never> => Promise.reject(new Error("This was not to be asked."));
const typing = (typed: string): Partial<Machine> => ({
  loadAsk: async (): Promise<Ask> => ({
    text: never,
    yes: never,
    several: never,
    one: never,
    secret: async () => typed,
  }),
});
const storeKey = async (typed = key): Promise<number> =>
  (await harness.run(["model", "key"], { terminal: { interactive: true }, machine: typing(typed) })).code;

/** Runs something with the context a command gets. */
async function withContext<T>(machine: Partial<Machine>, work: (context: CommandContext) => Promise<T>): Promise<T> {
  const context: CommandContext = {
    terminal: {
      out: () => undefined,
      err: () => undefined,
      columns: 78,
      isTTY: false,
      errIsTTY: false,
      interactive: false,
      colour: false,
    },
    clock: { now: () => Date.parse("2026-11-14T08:12:00Z"), sleep: async () => undefined },
    newId: () => "call-1",
    home: harness.home,
    checkout: join(import.meta.dirname, "..", ".."),
    self: "steward",
    userHome: harness.folder,
    platform: "linux",
    systemZone: "UTC",
    systemLocale: "en_US.UTF-8",
    editor: null,
    version: "0",
    debug: false,
    loadConnectors: async () => [],
    loadDoorConnectors: async () => [],
    fetch: never,
    openSecrets: async (place) =>
      openSecrets(place, { loadKeychain: null, passphrase: null, credentialsDirectory: null, askPassphrase: null }),
    openBrowser: async () => false,
    loadAsk: never,
    watchKeys: () => () => undefined,
    takeInterrupts: () => new AbortController().signal,
    endWith: () => undefined,
    ...machine,
  };
  return await work(context);
}

const openHere = (machine: Partial<Machine> = {}): Promise<Model | null> =>
  withContext(machine, (context) => withHome(context, { create: false }, (home) => openModelHere(context, home)));

describe("steward model", () => {
  test("without a key says that rules do the work, and how to use one", async () => {
    const { code, out } = await harness.run(["model"]);
    expect(code).toBe(0);
    expect(out).toContain("no key is stored");
    expect(out).toContain("steward model key");
    expect(await openHere()).toBeNull();
  });

  test("stores a key that is asked for, shows roles, prices and what may be spent, and never the key", async () => {
    expect(await storeKey()).toBe(0);
    const { out } = await harness.run(["model"]);
    expect(out).toContain("Judges    claude-haiku-5-5, $0.1 in, $0.5 out for a million tokens");
    expect(out).toContain("Today     $0.00 of $2.00");
    expect(out).toContain("not looked at yet");
    expect(out).not.toContain(key);
    expect(await openHere()).not.toBeNull();
  });

  test("takes no key where nobody can be asked, and none as an argument", async () => {
    expect((await harness.run(["model", "key"])).code).toBe(2);
    expect((await harness.run(["model", "key", key])).code).toBe(2);
    expect(await storeKey("a b")).toBe(2);
  });

  test("at another server forgets the key of the one before, and its models", async () => {
    await storeKey();
    const ran = await harness.run(["model", "use", "http://localhost:11434/", "--judge", "qwen3:8b"]);
    expect(ran.code).toBe(0);
    expect(ran.out).toContain("was deleted");
    const config = JSON.parse(readFileSync(join(harness.home, "config.json"), "utf8"));
    expect(config.model).toMatchObject({
      baseUrl: "http://localhost:11434",
      roles: { judge: "qwen3:8b", write: "qwen3:8b", summarise: "qwen3:8b" },
    });
    expect((await harness.run(["secrets", "list"])).out).not.toContain("model.key");
    expect((await harness.run(["model"])).out).toContain("no price: it runs in your own network");
    expect(await openHere()).not.toBeNull();
    await harness.run(["model", "use", "anthropic"]);
    expect((await harness.run(["model"])).out).toContain("everything goes by rules");
  });

  test("keeps the key when only a model changes", async () => {
    await storeKey();
    await harness.run(["model", "use", "anthropic", "--write", "claude-opus-5-5"]);
    expect((await harness.run(["secrets", "list"])).out).toContain("model.key");
    expect((await harness.run(["model"])).out).toContain("Writes    claude-opus-5-5, $4 in");
  });

  test.each([
    ["http://llm.example.com", "is no https address"],
    ["https://me:pass@llm.example.com", "is no https address"],
    ["ftp://localhost", "is no https address"],
  ])("refuses %s", async (url, words) => {
    const ran = await harness.run(["model", "use", url, "--judge", "m"]);
    expect(ran.code).toBe(2);
    expect(ran.err).toContain(words);
  });

  test("probe keeps what it found out and says what happens instead of each lack", async () => {
    await harness.run(["model", "use", "http://localhost:11434", "--judge", "qwen3:8b"]);
    const server = makeServer(() => message([text("ok")]));
    const ran = await harness.run(["model", "probe"], { machine: { fetch: server.fetch } });
    expect(ran.code).toBe(0);
    expect(ran.out).toContain("no tools: it judges and drafts, but works through no requests");
    expect(ran.out).toContain("4,000 tokens at once");
    expect((await harness.run(["model"])).out).toContain("looked at 2026-11-14");
    expect((await openHere())?.caps()).toMatchObject({ toolCall: false, contextTokens: 4_000 });
  });
});

describe("steward budget", () => {
  test("shows what was spent by what, and allows more", async () => {
    await storeKey();
    const server = makeServer(() => message([text("ok")], { usage: { input_tokens: 20_000, output_tokens: 100 } }));
    await withContext({ fetch: server.fetch }, (context) =>
      withHome(context, { create: false }, async (home) => {
        const model = await openModelHere(context, home);
        await model?.call(request());
      }),
    );
    const shown = await harness.run(["budget"]);
    expect(shown.out).toContain("Today     $0.0021 of $2.00");
    expect(shown.out).toMatch(/judge, claude-haiku-5-5\s+1\s+20000\s+0\s+100\s+\$0\.0021/);
    const allowed = await harness.run(["budget", "allow", "2"]);
    expect(allowed.out).toContain("of $4.00");
    expect(JSON.parse((await harness.run(["budget", "--json"])).out).day).toEqual({ spent: 2050, allowed: 4_000_000 });
  });

  test.each(["0", "-1", "lots", "1000", "NaN"])("allows no %s", async (amount) => {
    expect((await harness.run(["budget", "allow", "--", amount])).code).toBe(2);
  });
});

describe("the key to the model", () => {
  test("is given to no connector, on neither side", async () => {
    await storeKey();
    await withContext({}, async (context) => {
      expect(await (await context.openSecrets(context.home)).get("model.key")).toBe(key);
      await expect(connectorDeps(context).secret("model.key")).rejects.toMatchObject({ code: "internal" });
      expect(await connectorDeps(context).secret("other.key")).toBeNull();
    });
  });
});
