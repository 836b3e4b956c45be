import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { browserCommand, openBrowser } from "../../../src/cli/google/open-browser.ts";

const folder = mkdtempSync(join(tmpdir(), "steward-browser-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A folder with an `xdg-open` that notes its arguments and its environment. */
function makeOpener(exitCode = 0): { env: Record<string, string>; said: () => string } {
  const bin = mkdtempSync(join(folder, "bin-"));
  const out = join(bin, "said");
  writeFileSync(
    join(bin, "xdg-open"),
    `#!/bin/sh\nprintf '%s|' "$#" "$@" > ${out}\n/usr/bin/env >> ${out}\nexit ${exitCode}\n`,
  );
  chmodSync(join(bin, "xdg-open"), 0o755);
  return {
    env: { PATH: bin, DISPLAY: ":0", STEWARD_PASSPHRASE: "canary-passphrase", HOME: folder },
    said: () => readFileSync(out, "utf8"),
  };
}

describe("opening a browser", () => {
  it.skipIf(process.platform === "win32")("hands over the address as one argument, and no passphrase", async () => {
    const { env, said } = makeOpener();
    const url = "https://accounts.example/auth?a=1&b=$(touch%20x)`id`;'\"&c=|";
    expect(await openBrowser(url, { platform: "linux", env })).toBe(true);
    expect(said().split("|").slice(0, 2)).toEqual(["1", new URL(url).href.split("|")[0]]);
    expect(said()).not.toContain("canary");
    expect(existsSync(join(folder, "x"))).toBe(false);
  });

  it("says no where the program fails or is missing, and for anything but http", async () => {
    const failing = makeOpener(3);
    expect(await openBrowser("https://a.example/", { platform: "linux", env: failing.env })).toBe(false);
    expect(await openBrowser("https://a.example/", { platform: "linux", env: { PATH: folder, DISPLAY: ":0" } })).toBe(
      false,
    );
    const { env, said } = makeOpener();
    expect(await openBrowser("file:///etc/passwd", { platform: "linux", env })).toBe(false);
    expect(said).toThrow();
  });

  it("knows where nobody would see it", () => {
    expect(browserCommand("linux", {})).toBeNull();
    expect(browserCommand("linux", { WAYLAND_DISPLAY: "wayland-0" })?.program).toBe("xdg-open");
    expect(browserCommand("darwin", {})?.program).toBe("open");
    expect(browserCommand("darwin", { SSH_CONNECTION: "10.0.0.1 22" })).toBeNull();
    expect(browserCommand("win32", {})).toEqual({ program: "rundll32", arguments: ["url.dll,FileProtocolHandler"] });
  });
});
