// Holds R13, R38.
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "..", "..", "..");

/** Everything that runs on the owner's machine, the launcher and what the page sends to the browser included. */
const files = ["src", "connectors", "approvals", "bin"].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.[cm]?[jt]s$/.test(entry.name))
    .map((entry) => {
      const path = relative(root, join(entry.parentPath, entry.name));
      const text = readFileSync(join(root, path), "utf8");
      return { path, code: text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/.*$/gm, "$1") };
    }),
);

/** Who starts a program, and which: each written out here, none of them a name that came in as text. */
const starts: Record<string, readonly string[]> = {
  "bin/steward.js": ["node"],
  "src/cli/demo/start-emulators.ts": ["process.execPath"],
  "src/cli/edit-text.ts": ["editor", '"sh"'],
  "src/cli/google/open-browser.ts": ["opener.program"],
  "src/cli/web/spawn-search.ts": ["process.execPath"],
  "src/daemon/spawn-side.ts": ["process.execPath"],
};
/** The launcher loads the program beside it, by a path it computes from its own. */
const computedImports = ["bin/steward.js"];

/** The owner's own $EDITOR may hold arguments: a shell splits it, and what is edited is no part of the shell's text. */
const editorLine = /spawn\("sh", \["-c", `\$\{editor\} "\$1"`, "steward", path\],/;

const where = (pattern: RegExp): string[] => files.filter(({ code }) => pattern.test(code)).map(({ path }) => path);

describe("no text becomes a program", () => {
  it("reads the whole program", () => {
    expect(files.length).toBeGreaterThan(300);
    expect(files.some(({ path }) => path.startsWith("approvals/page/public/"))).toBe(true);
  });

  it.each([
    ["eval", /(?<![.\w])eval\s*\(|\[["'`]eval["'`]\]/],
    ["the function constructor", /\bnew\s+Function\b|(?<![.\w])Function\s*\(|\.constructor\s*\.\s*constructor/],
    ["a timer with text", /\bset(?:Timeout|Interval)\s*\(\s*["'`]/],
    ["node:vm, node:repl, a REPL or an inspector", /["'](?:node:)?(?:vm|repl|inspector)(?:\/\w+)?["']/],
    ["a script in the page that is made of text", /\.innerHTML|\.outerHTML|insertAdjacentHTML|document\.write|srcdoc/],
    ["AppleScript or another system's shell", /["'`](?:osascript|powershell|pwsh|cmd)(?:\.exe)?["'`]/],
  ])("by %s", (_what, pattern) => {
    expect(where(pattern)).toEqual([]);
  });

  it("by an import whose name is computed", () => {
    const computed = where(/\bimport\s*\(\s*(?!["'][^"'$]+["']\s*\))/);
    expect(computed).toEqual(computedImports);
    expect(where(/(?<![.\w])require\s*\(\s*(?!["'][^"'$]+["']\s*\))/)).toEqual([]);
  });

  it("by a shell: programs are started in these files only, by a fixed name, with a list of arguments", () => {
    const starting = where(/["'](?:node:)?child_process["']/);
    expect(starting.length).toBeGreaterThan(3);
    expect(starting.filter((path) => !(path in starts))).toEqual([]);
    expect(where(/\bshell\s*:(?!\s*false\b)/)).toEqual([]);
    const shells = files.filter(
      ({ path, code }) => path in starts && /["'`](?:\/bin\/)?(?:ba|da|z)?sh["'`]/.test(code),
    );
    expect(shells.filter(({ code }) => !editorLine.test(code)).map(({ path }) => path)).toEqual([]);
    for (const path of starting) {
      const programs = starts[path];
      const code = files.find((file) => file.path === path)?.code ?? "";
      const calls = [
        ...code.matchAll(/(?<![.\w])(spawn|spawnSync|exec|execSync|execFile|execFileSync|fork)\s*\(([^,)]*)/g),
      ];
      expect(calls.length, path).toBeGreaterThan(0);
      expect(
        calls.map(([, how]) => how).filter((how) => how !== "spawn"),
        path,
      ).toEqual([]);
      expect(
        calls.map(([, , program = ""]) => program.trim()),
        path,
      ).toEqual(programs);
    }
  });
});
