// Holds R101.
import { chmodSync, copyFileSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { codeOf, makeSecretsHome, type SecretsHome } from "./secrets-home.ts";

const name = "google.clara@weiss.example.refresh_token";
const value = "1//0e-canary-7f3b91c2d4";

let home: SecretsHome;
beforeEach(() => {
  home = makeSecretsHome();
});
afterEach(() => home.remove());

const sealed = (): string => join(home.path, "secrets.enc");
const keys = (): string => join(home.path, "secrets.key");
const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

describe("the encrypted file", () => {
  it("gives back in another process what was set, and names only in its list", async () => {
    await home.open().set(name, value);
    await home.open().set("google.ana@weiss.example.client_secret", "GOCSPX-ü€");
    expect(await home.open().get(name)).toBe(value);
    expect(await home.open().get("google.ana@weiss.example.client_secret")).toBe("GOCSPX-ü€");
    expect(await home.open().list()).toEqual(["google.ana@weiss.example.client_secret", name]);
    expect(await home.open().get("google.nobody.refresh_token")).toBeNull();
    expect(await home.open().delete(name)).toBe(true);
    expect(await home.open().delete(name)).toBe(false);
    expect(await home.open().list()).toEqual(["google.ana@weiss.example.client_secret"]);
    expect(await home.open().status()).toEqual({ kind: "file", key: "machine", trouble: null });
  });

  it("is not made by reading, and needs no passphrase where nothing is stored", async () => {
    const secrets = home.open({ askPassphrase: async () => Promise.reject(new Error("asked")) });
    expect(await secrets.get(name)).toBeNull();
    expect(await secrets.list()).toEqual([]);
    expect(await secrets.delete(name)).toBe(false);
    expect(await secrets.status()).toEqual({ kind: null, key: null, trouble: null });
    expect(() => statSync(sealed())).toThrow();
  });

  it("holds no value and no name in any readable form", async () => {
    await home.open().set(name, value);
    const raw = readFileSync(sealed());
    for (const text of [name, value]) {
      for (const form of ["utf8", "base64", "hex", "base64url"] as const) {
        expect(raw.includes(Buffer.from(text).toString(form).slice(0, 16))).toBe(false);
      }
    }
  });

  it("is readable by its owner only, key and lock too, also after somebody opened it", async () => {
    await home.open().set(name, value);
    expect([modeOf(sealed()), modeOf(keys()), modeOf(join(home.path, "secrets.lock"))]).toEqual(["600", "600", "600"]);
    chmodSync(sealed(), 0o644);
    await home.open().set("a.b", "c");
    expect(modeOf(sealed())).toBe("600");
    expect(readdirSync(home.path).sort()).toEqual(["secrets.enc", "secrets.key", "secrets.lock"]);
  });

  it("encrypts the same contents differently every time", async () => {
    const secrets = home.open();
    await secrets.set(name, value);
    const first = readFileSync(sealed(), "utf8");
    await secrets.set(name, value);
    expect(readFileSync(sealed(), "utf8").split("\n")[1]).not.toBe(first.split("\n")[1]);
  });

  it("refuses names that are none", async () => {
    for (const bad of ["", "../x", "a b", "a\nb", "A", "x".repeat(201)]) {
      expect(await codeOf(home.open().set(bad, value)), bad).toBe("internal");
    }
  });
});

describe("a damaged or foreign file", () => {
  const foreign: [string, () => string | Uint8Array][] = [
    ["empty", () => ""],
    ["text", () => "hello\n"],
    ["random bytes", () => Uint8Array.from({ length: 300 }, (_, index) => (index * 151 + 7) % 256)],
    ["JSON of something else", () => '{"installed":{}}\nAAAA\n'],
    ["two files in one", () => readFileSync(sealed(), "utf8").repeat(2)],
    ["Windows line ends", () => readFileSync(sealed(), "utf8").replaceAll("\n", "\r\n")],
    ["the header of another file", () => `${otherHeader}\n${readFileSync(sealed(), "utf8").split("\n")[1] ?? ""}\n`],
    ["a cheaper derivation", () => readFileSync(sealed(), "utf8").replace("hkdf-sha256", "none")],
  ];
  let otherHeader = "";

  it.each(foreign)("(%s) is reported and never overwritten", async (_what, make) => {
    await home.open().set(name, value);
    otherHeader = readFileSync(sealed(), "utf8").split("\n")[0]?.replace('"version":1', '"version":1 ') ?? "";
    const bytes = make();
    writeFileSync(sealed(), bytes);
    expect(await codeOf(home.open().get(name))).toBe("locked");
    expect(await codeOf(home.open().set(name, "new"))).toBe("locked");
    expect(await codeOf(home.open().delete(name))).toBe("locked");
    expect(await codeOf(home.open().rotate(null))).toBe("locked");
    const { trouble } = await home.open().status();
    expect(trouble?.message).toContain("secrets.enc");
    expect(readFileSync(sealed())).toEqual(Buffer.from(bytes));
  });

  it("is told from one of a newer steward", async () => {
    await home.open().set(name, value);
    writeFileSync(sealed(), readFileSync(sealed(), "utf8").replace('"version":1', '"version":2'));
    expect((await home.open().status()).trouble?.message).toContain("newer steward");
  });

  it("is found out wherever it was cut", async () => {
    await home.open().set(name, value);
    const whole = readFileSync(sealed());
    for (let length = 0; length < whole.length; length += 1) {
      writeFileSync(sealed(), whole.subarray(0, length));
      expect(await codeOf(home.open().get(name)), `cut at ${length}`).toBe("locked");
    }
    writeFileSync(sealed(), whole.subarray(0, whole.length / 2));
    expect(await codeOf(home.open().set(name, "new"))).toBe("locked");
    writeFileSync(sealed(), whole);
    expect(await home.open().get(name)).toBe(value);
  });

  it("is found out whichever byte was changed, in the header too", async () => {
    await home.open().set(name, value);
    const whole = readFileSync(sealed());
    for (let at = 0; at < whole.length; at += 1) {
      const changed = Buffer.from(whole);
      changed[at] = (changed[at] ?? 0) ^ 1;
      writeFileSync(sealed(), changed);
      expect(await codeOf(home.open().get(name)), `byte ${at}`).toBe("locked");
    }
  });

  it("may be wiped when its owner says so", async () => {
    await home.open().set(name, value);
    writeFileSync(sealed(), "garbage");
    writeFileSync(keys(), "garbage");
    await home.open().wipe();
    expect(readdirSync(home.path)).toEqual(["secrets.lock"]);
    await home.open().set(name, "again");
    expect(await home.open().get(name)).toBe("again");
  });

  it("is a folder in its place: named, not replaced", async () => {
    mkdirSync(sealed(), { recursive: true });
    expect(await codeOf(home.open().set(name, value))).toBe("wrong_kind");
    expect(statSync(sealed()).isDirectory()).toBe(true);
  });
});

describe("the key file", () => {
  it("is reported when it is missing, of another home, or damaged, and never overwritten", async () => {
    await home.open().set(name, value);
    const key = readFileSync(keys(), "utf8");
    const other = makeSecretsHome();
    try {
      await other.open().set(name, value);
      const spoiled = [
        readFileSync(join(other.path, "secrets.key"), "utf8"),
        "garbage\n",
        "",
        ...Array.from({ length: key.length - 1 }, (_, length) => key.slice(0, length + 1)),
      ];
      for (const text of spoiled) {
        writeFileSync(keys(), text);
        expect(await codeOf(home.open().get(name)), text).toBe("locked");
        expect(await codeOf(home.open().set(name, "new")), text).toBe("locked");
        expect(readFileSync(keys(), "utf8")).toBe(text);
      }
    } finally {
      other.remove();
    }
    writeFileSync(keys(), key);
    expect(await home.open().get(name)).toBe(value);
  });

  it("that is damaged is left alone also where no file needs it", async () => {
    mkdirSync(home.path, { recursive: true });
    for (const text of ["garbage\n", "", "0123456789abcdef AAAA\n"]) {
      writeFileSync(keys(), text);
      expect(await codeOf(home.open().set(name, value)), text).toBe("locked");
      expect(readFileSync(keys(), "utf8")).toBe(text);
    }
  });

  it("that lost its file is used again instead of being overwritten", async () => {
    await home.open().set(name, value);
    const key = readFileSync(keys(), "utf8");
    const copy = join(home.path, "copy");
    copyFileSync(sealed(), copy);
    await home.open().set("a.b", "c");
    expect(readFileSync(keys(), "utf8")).toBe(key);
    copyFileSync(copy, sealed());
    expect(await home.open().get(name)).toBe(value);
  });
});
