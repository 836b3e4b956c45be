import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { codeOf, makeSecretsHome, type SecretsHome } from "./secrets-home.ts";

const name = "google.clara@weiss.example.refresh_token";
const value = "1//0e-canary";
const passphrase = "vier Wörter sind besser";

let home: SecretsHome;
beforeEach(() => {
  home = makeSecretsHome();
});
afterEach(() => home.remove());

describe("a passphrase", () => {
  it("locks a new file where one is given, without a key file", async () => {
    await home.open({ passphrase }).set(name, value);
    expect(readdirSync(home.path).sort()).toEqual(["secrets.enc", "secrets.lock"]);
    expect(await home.open({ passphrase }).get(name)).toBe(value);
    expect(await home.open({ passphrase: passphrase.normalize("NFD") }).get(name)).toBe(value);
    expect(await home.open().status()).toEqual({ kind: "file", key: "passphrase", trouble: null });
  });

  it("that is wrong or missing opens nothing, writes nothing, and is told from damage", async () => {
    await home.open({ passphrase }).set(name, value);
    const before = readFileSync(join(home.path, "secrets.enc"), "utf8");
    const wrong = home.open({ passphrase: "five words are better still" });
    await expect(wrong.get(name)).rejects.toThrow("The passphrase does not open");
    expect(await codeOf(wrong.set(name, "new"))).toBe("locked");
    await expect(home.open().get(name)).rejects.toThrow("none was given");
    expect(await codeOf(home.open().set(name, "new"))).toBe("locked");
    expect(readFileSync(join(home.path, "secrets.enc"), "utf8")).toBe(before);
  });

  it("is asked for once, and its slow key derived once, for all that a process needs", async () => {
    await home.open({ passphrase }).set(name, value);
    let asked = 0;
    const secrets = home.open({
      askPassphrase: async () => {
        asked += 1;
        await new Promise((typed) => setTimeout(typed, 50));
        return passphrase;
      },
    });
    expect(await secrets.status()).toMatchObject({ trouble: null });
    expect(asked).toBe(0);
    const startedMs = performance.now();
    expect(await Promise.all([1, 2, 3, 4, 5].map(() => secrets.get(name)))).toEqual(Array(5).fill(value));
    const firstMs = performance.now() - startedMs;
    const againMs = performance.now();
    for (let time = 0; time < 20; time += 1) await secrets.get(name);
    await secrets.set("a.b", "c");
    expect(performance.now() - againMs).toBeLessThan(Math.max(firstMs, 200));
    expect(asked).toBe(1);
  });

  it("is never derived at a cost that the file chooses", async () => {
    await home.open({ passphrase }).set(name, value);
    const path = join(home.path, "secrets.enc");
    const text = readFileSync(path, "utf8");
    for (const [field, other] of [
      ["131072", "268435456"],
      ['"r":8', '"r":9'],
      ['"p":1', '"p":900'],
    ] as const) {
      writeFileSync(path, text.replace(field, other));
      expect((await home.open().status()).trouble?.message, field).toContain("damaged");
    }
  });

  it("may be typed again after a mistake", async () => {
    await home.open({ passphrase }).set(name, value);
    const typed = ["wrong", passphrase];
    const secrets = home.open({ askPassphrase: async () => typed.shift() ?? "" });
    expect(await codeOf(secrets.get(name))).toBe("locked");
    expect(await secrets.get(name)).toBe(value);
  });

  it("comes from systemd's credentials too, without the line end of the file", async () => {
    const credentialsDirectory = join(home.path, "credentials");
    mkdirSync(credentialsDirectory, { recursive: true });
    writeFileSync(join(credentialsDirectory, "steward-passphrase"), `${passphrase}\n`);
    await home.open({ credentialsDirectory }).set(name, value);
    expect(await home.open({ passphrase }).get(name)).toBe(value);
    expect(await home.open({ credentialsDirectory: join(home.path, "none"), passphrase }).get(name)).toBe(value);
  });
});

describe("rotation", () => {
  it("moves to a fresh machine key: the old key opens no new file, and is gone", async () => {
    const secrets = home.open();
    await secrets.set(name, value);
    const [oldFile, oldKey] = ["secrets.enc", "secrets.key"].map((file) => readFileSync(join(home.path, file), "utf8"));
    writeFileSync(join(home.path, ".secrets.key.0123abcd-1-2x.tmp"), oldKey ?? "");
    await secrets.rotate(null);
    expect(await secrets.get(name)).toBe(value);
    expect(await home.open().get(name)).toBe(value);
    const newKey = readFileSync(join(home.path, "secrets.key"), "utf8");
    expect(newKey.trim().split("\n")).toHaveLength(1);
    expect(newKey).not.toBe(oldKey);
    expect(readdirSync(home.path).filter((file) => file.endsWith(".tmp"))).toEqual([]);
    writeFileSync(join(home.path, "secrets.enc"), oldFile ?? "");
    expect(await codeOf(home.open().get(name))).toBe("locked");
  });

  it("moves between key file and passphrase, and from one passphrase to another", async () => {
    await home.open().set(name, value);
    await home.open().rotate(passphrase);
    expect(readdirSync(home.path).sort()).toEqual(["secrets.enc", "secrets.lock"]);
    const secrets = home.open({ passphrase });
    await secrets.rotate("another one, longer");
    expect(await secrets.get(name)).toBe(value);
    expect(await codeOf(home.open({ passphrase }).get(name))).toBe("locked");
    await home.open({ passphrase: "another one, longer" }).rotate(null);
    expect(await home.open().get(name)).toBe(value);
  });

  it("that happens while another process reads makes that one read again", async () => {
    await home.open({ passphrase }).set(name, value);
    const other = home.open({ passphrase });
    let rotated = false;
    const reading = home.open({
      askPassphrase: async () => {
        if (!rotated) await other.rotate("another one, longer");
        rotated = true;
        return "another one, longer";
      },
    });
    expect(await reading.get(name)).toBe(value);
  });

  it("has nothing to do where nothing is stored, and says so", async () => {
    expect(await codeOf(home.open().rotate(null))).toBe("not_found");
  });

  it("that ended halfway leaves a file that opens, and the next one tidies up", async () => {
    const secrets = home.open();
    await secrets.set(name, value);
    const oldKey = readFileSync(join(home.path, "secrets.key"), "utf8");
    await secrets.rotate(null);
    const newKey = readFileSync(join(home.path, "secrets.key"), "utf8");
    // As after the file moved over and before the old key went.
    writeFileSync(join(home.path, "secrets.key"), newKey + oldKey);
    expect(await home.open().get(name)).toBe(value);
    await home.open().rotate(null);
    expect(readFileSync(join(home.path, "secrets.key"), "utf8").trim().split("\n")).toHaveLength(1);
    expect(await home.open().get(name)).toBe(value);
  });
});
