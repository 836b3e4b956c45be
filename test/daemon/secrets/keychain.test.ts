// Holds R101.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isKeychainUsable, type Keychain, loadKeychain } from "../../../src/daemon/secrets/keychain.ts";
import { codeOf, makeSecretsHome, type SecretsHome } from "./secrets-home.ts";

const name = "google.clara@weiss.example.refresh_token";
const value = "1//0e-canary";

/** A keychain of this test; `state.locked` makes it refuse as one does that nobody unlocks. */
function makeKeychain(): { entries: Map<string, string>; state: { locked: boolean }; load: () => Promise<Keychain> } {
  const entries = new Map<string, string>();
  const state = { locked: false };
  const whenOpen = <T>(work: () => T): Promise<T> =>
    state.locked ? Promise.reject(new Error("prompt dismissed, entry 1//0e-canary")) : Promise.resolve(work());
  const keychain: Keychain = {
    get: (account) => whenOpen(() => entries.get(account) ?? null),
    set: (account, text) => whenOpen(() => void entries.set(account, text)),
    delete: (account) => whenOpen(() => entries.delete(account)),
  };
  return { entries, state, load: async () => keychain };
}

let home: SecretsHome;
beforeEach(() => {
  home = makeSecretsHome();
});
afterEach(() => home.remove());

describe("the keychain", () => {
  it("is used where it keeps what it is given; the home holds names only", async () => {
    const { entries, load } = makeKeychain();
    await home.open({ loadKeychain: load }).set(name, value);
    const secrets = home.open({ loadKeychain: load });
    expect(await secrets.get(name)).toBe(value);
    expect(await secrets.list()).toEqual([name]);
    expect(await secrets.status()).toEqual({ kind: "keychain", key: null, trouble: null });
    expect(entries.size).toBe(1);
    expect(existsSync(join(home.path, "secrets.enc"))).toBe(false);
    expect(readFileSync(join(home.path, "secrets.json"), "utf8")).not.toContain(value);
    expect(await codeOf(secrets.rotate(null))).toBe("usage");
    expect(await secrets.delete(name)).toBe(true);
    expect(await secrets.delete(name)).toBe(false);
    expect(entries.size).toBe(0);
  });

  const unusable: [string, (keychain: Keychain) => Partial<Keychain>][] = [
    ["refuses to store", () => ({ set: () => Promise.reject(new Error("no session bus")) })],
    ["forgets at once", () => ({ set: async () => undefined })],
    ["cannot delete", () => ({ delete: async () => false })],
    ["gives back something else", () => ({ get: async () => "other" })],
  ];
  it.each(unusable)("that %s is not used: the encrypted file takes over", async (_what, spoil) => {
    const { load } = makeKeychain();
    const loadKeychain_ = async (): Promise<Keychain> => {
      const keychain = await load();
      return { ...keychain, ...spoil(keychain) };
    };
    const secrets = home.open({ loadKeychain: loadKeychain_ });
    await secrets.set(name, value);
    expect(await secrets.status()).toMatchObject({ kind: "file" });
    expect(await secrets.get(name)).toBe(value);
  });

  it("leaves no canary behind", async () => {
    const { entries, load } = makeKeychain();
    expect(await isKeychainUsable(load)).toBe(true);
    expect(entries.size).toBe(0);
  });

  it("that is locked later is named, and never replaced by an empty file", async () => {
    const { load, state } = makeKeychain();
    const secrets = home.open({ loadKeychain: load });
    await secrets.set(name, value);
    state.locked = true;
    const failed = await secrets.get(name).catch((error: unknown) => error);
    expect(failed).toMatchObject({ code: "locked" });
    expect(String(failed)).not.toContain(value);
    expect(await codeOf(secrets.set("google.other.refresh_token", "x"))).toBe("locked");
    expect(existsSync(join(home.path, "secrets.enc"))).toBe(false);
    state.locked = false;
    expect(await secrets.get(name)).toBe(value);
  });

  it("that appears later does not hide what is in the file", async () => {
    await home.open().set(name, value);
    const { entries, load } = makeKeychain();
    const secrets = home.open({ loadKeychain: load });
    expect(await secrets.get(name)).toBe(value);
    await secrets.set("a.b", "c");
    expect(entries.size).toBe(0);
  });

  it("keeps two homes of one person apart", async () => {
    const { load } = makeKeychain();
    const other = makeSecretsHome();
    try {
      await home.open({ loadKeychain: load }).set(name, "mine");
      await other.open({ loadKeychain: load }).set(name, "other");
      expect(await home.open({ loadKeychain: load }).get(name)).toBe("mine");
      await other.open({ loadKeychain: load }).wipe();
      expect(await home.open({ loadKeychain: load }).get(name)).toBe("mine");
    } finally {
      other.remove();
    }
  });

  it("is left empty by a wipe, also of entries whose setting was cut short", async () => {
    const { entries, load, state } = makeKeychain();
    const secrets = home.open({ loadKeychain: load });
    await secrets.set(name, value);
    state.locked = true;
    await secrets.set("google.half.refresh_token", "x").catch(() => undefined);
    state.locked = false;
    expect(await secrets.list()).toContain("google.half.refresh_token");
    expect(await secrets.get("google.half.refresh_token")).toBeNull();
    await secrets.wipe();
    expect(entries.size).toBe(0);
    expect(existsSync(join(home.path, "secrets.json"))).toBe(false);
  });

  it("with a damaged index is reported, and the index left as it is", async () => {
    const { load } = makeKeychain();
    const secrets = home.open({ loadKeychain: load });
    await secrets.set(name, value);
    const index = join(home.path, "secrets.json");
    for (const text of ["", "{", '{"version":2}', readFileSync(index, "utf8").slice(0, -4)]) {
      writeFileSync(index, text);
      expect(await codeOf(secrets.get(name)), text).toBe("locked");
      expect(await codeOf(secrets.set(name, "x")), text).toBe("locked");
      expect(readFileSync(index, "utf8")).toBe(text);
    }
  });

  it.runIf(process.platform === "linux")(
    "of a Linux without a session is none: the kernel's would forget",
    async () => {
      expect(await isKeychainUsable(loadKeychain)).toBe(false);
    },
  );
});
