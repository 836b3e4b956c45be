import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { StewardError } from "../core/errors.ts";
import type { CommandContext } from "./command-context.ts";

/**
 * Lets the owner edit a text in $EDITOR and returns what they left; the file lies in the home for as long as they do, readable by
 * them alone. Errors: `usage` when the editor cannot be used, naming `otherwise`.
 */
export async function editText(
  context: CommandContext,
  home: string,
  { name, text, otherwise }: { name: string; text: string; otherwise: string },
): Promise<string> {
  const editor = context.editor ?? (context.platform === "win32" ? "notepad" : "vi");
  const folder = await mkdtemp(join(home, ".edit-"));
  const path = join(folder, name);
  try {
    await writeFile(path, text, { mode: 0o600 });
    const code = await runEditor(editor, path, context.platform);
    if (code !== 0) {
      throw new StewardError("usage", `The editor (${editor}) ended with ${code}; nothing was changed.`, {
        cure: `Set EDITOR to one that works, or use: ${otherwise}`,
      });
    }
    return await readFile(path, "utf8");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** $EDITOR may hold arguments ("code --wait"), so a shell splits it; the path is never part of the shell's text. */
function runEditor(editor: string, path: string, platform: string): Promise<number> {
  const child =
    platform === "win32"
      ? spawn(editor, [path], { stdio: "inherit" })
      : spawn("sh", ["-c", `${editor} "$1"`, "steward", path], { stdio: "inherit" });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code) => resolve(code ?? 1));
  });
}
