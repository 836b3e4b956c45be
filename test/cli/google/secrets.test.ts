import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openSecrets } from "../../../src/daemon/secrets/open-secrets.ts";
import { answering, type GoogleHarness, makeGoogleHarness } from "./google-harness.ts";

const token = "google.clara@weiss.example.refresh_token";

let harness: GoogleHarness;
beforeEach(async () => {
  harness = makeGoogleHarness();
  await harness.connect(["--no-read"]);
});
afterEach(() => harness.remove());

const secretsWith = (passphrase: string | null) => async (home: string) =>
  openSecrets(home, { loadKeychain: null, passphrase, credentialsDirectory: null, askPassphrase: null });

function withAnswers(answers: Parameters<typeof answering>[0]) {
  return {
    machine: { ...harness.machine, loadAsk: async () => answering(answers).ask },
    terminal: { interactive: true },
  };
}

describe("steward secrets", () => {
  it("lists names only, and says where they are", async () => {
    expect((await harness.run(["secrets", "list"])).out).toBe(`google.clara@weiss.example.client_secret\n${token}\n`);
    expect(JSON.parse((await harness.run(["secrets", "list", "--json"])).out)).toHaveLength(2);
    expect((await harness.run(["secrets"])).out).toContain("in secrets.enc, encrypted with the key file beside it");
    expect((await harness.run(["secrets", "status"])).out).toBe((await harness.run(["secrets"])).out);
  });

  it("rotates the key file, and from it to a passphrase and back", async () => {
    const before = readFileSync(join(harness.home, "secrets.key"), "utf8");
    expect((await harness.run(["secrets", "rotate"])).out).toContain("2 secrets encrypted anew");
    expect(readFileSync(join(harness.home, "secrets.key"), "utf8")).not.toBe(before);
    const passphrase = "vier Wörter sind besser";
    const moved = await harness.run(
      ["secrets", "rotate", "--passphrase"],
      withAnswers({ secrets: [passphrase, passphrase] }),
    );
    expect(moved.out).toMatch(/encrypted with your\s+passphrase/);
    expect(existsSync(join(harness.home, "secrets.key"))).toBe(false);
    const locked = await harness.run(["secrets", "list"]);
    expect([locked.code, locked.err]).toEqual([16, expect.stringContaining("locked with a passphrase")]);
    expect(locked.err).toContain("STEWARD_PASSPHRASE");
    const machine = { ...harness.machine, openSecrets: secretsWith(passphrase) };
    expect((await harness.run(["secrets", "rotate", "--machine-key"], { machine })).code).toBe(0);
    expect((await harness.run(["secrets", "list"])).out).toContain(token);
  });

  it("takes no passphrase that is short, mistyped, or has nobody to type it", async () => {
    for (const secrets of [["short"], ["vier Wörter sind besser", "vier Worter sind besser"]]) {
      expect((await harness.run(["secrets", "rotate", "--passphrase"], withAnswers({ secrets }))).code).toBe(2);
    }
    expect((await harness.run(["secrets", "rotate", "--passphrase"])).code).toBe(2);
    expect((await harness.run(["secrets", "rotate", "--passphrase", "--machine-key"])).code).toBe(2);
    expect((await harness.run(["secrets", "list"])).code).toBe(0);
  });

  it("wipes only after a yes, and tells Google when asked to", async () => {
    expect((await harness.run(["secrets", "wipe"])).code).toBe(2);
    await harness.run(["secrets", "wipe"], withAnswers({ yes: [false] }));
    expect((await harness.run(["secrets", "list"])).out).toContain(token);
    const { code, out } = await harness.run(["secrets", "wipe", "--revoke", "--yes"], { machine: harness.machine });
    expect([code, out]).toEqual([0, expect.stringContaining("Every secret is deleted")]);
    expect(harness.google.state.revoked).toEqual(["1//canary-refresh-token-1"]);
    expect(readdirSync(harness.home).filter((name) => /^\.?secrets\.(enc|key|json)/.test(name))).toEqual([]);
    expect((await harness.run(["secrets"])).out).toContain("No secret is stored yet");
  });

  it("wipes what can no longer be opened, and says whom Google was not told about", async () => {
    writeFileSync(join(harness.home, "secrets.enc"), "garbage");
    const broken = await harness.run(["secrets"]);
    expect([broken.code, broken.err]).toEqual([16, expect.stringContaining("damaged")]);
    const { code, out } = await harness.run(["secrets", "wipe", "--revoke", "--yes"], { machine: harness.machine });
    expect(code).toBe(1);
    expect(out).toContain("myaccount.google.com/connections");
    expect(existsSync(join(harness.home, "secrets.enc"))).toBe(false);
  });
});

describe("doctor", () => {
  it("says which store is used, and finds one that is damaged or open to others", async () => {
    expect((await harness.run(["doctor"])).out).toMatch(/✓ Secrets +in secrets\.enc/);
    chmodSync(join(harness.home, "secrets.key"), 0o644);
    const open = await harness.run(["doctor"]);
    expect([open.code, open.out]).toEqual([1, expect.stringContaining("! Secrets key  others on this computer")]);
    writeFileSync(join(harness.home, "secrets.enc"), "garbage");
    const damaged = await harness.run(["doctor"]);
    expect(damaged.out).toMatch(/! Secrets +\S+secrets\.enc is damaged/);
  });
});
