import { lstat } from "node:fs/promises";
import { join } from "node:path";
import { makeFolder } from "../../store/make-folder.ts";
import { writeFileAtomic } from "../../store/write-file-atomic.ts";
import { handsOf, nullWhenMissing, readOwnedFile } from "../skills/read-owned-file.ts";
import { memoryFolder } from "./notes.ts";
import { scanText } from "./scan-text.ts";

export const mostIndexLines = 200;
export const mostIndexBytes = 25 * 1024;
const largestFile = 1024 * 1024;
const longestLine = 160;

const indexPath = (homePath: string): string => join(memoryFolder(homePath), "MEMORY.md");

/**
 * The index as a prompt carries it: at most 200 lines or 25 KB, whichever is first, and each line that may not be shown replaced by
 * `[BLOCKED: reason]`. The file keeps what it has. Contract: equal files give equal bytes; says what was left out.
 */
export async function readMemoryIndex(homePath: string): Promise<string> {
  const home = await lstat(homePath).catch(nullWhenMissing);
  if (home === null) return "";
  const file = await readOwnedFile(indexPath(homePath), handsOf(home), largestFile);
  if (file.kind === "missing") return "";
  if (file.kind === "refused") return `[BLOCKED: ${file.why}]`;
  return capLines(blockLines(file.text.replaceAll("\r\n", "\n").trim().split("\n")));
}

/** A command may be broken over two lines: each is looked at with the next, too. */
function blockLines(lines: readonly string[]): string[] {
  const alone = lines.map(scanText);
  const joined = lines.map((line, at) => {
    const next = lines[at + 1];
    return next === undefined || alone[at] !== null || alone[at + 1] !== null ? null : scanText(`${line} ${next}`);
  });
  return lines.map((line, at) => {
    const finding = alone[at] ?? joined[at] ?? joined[at - 1] ?? null;
    return finding === null ? line : `[BLOCKED: ${finding.why}]`;
  });
}

/** Contract: pure; whole lines only. */
export function capLines(lines: readonly string[]): string {
  const kept: string[] = [];
  let bytes = 0;
  for (const line of lines) {
    bytes += Buffer.byteLength(line) + 1;
    if (kept.length === mostIndexLines || bytes > mostIndexBytes) break;
    kept.push(line);
  }
  const left = lines.length - kept.length;
  return [...kept, ...(left === 0 ? [] : [`[${left} more not shown: search the memory]`])].join("\n");
}

/** Adds the line of a note, newest last. */
export async function addToIndex(homePath: string, name: string, text: string): Promise<void> {
  await changeIndex(homePath, (lines) => [...lines.filter((line) => !isLineOf(line, name)), indexLine(name, text)]);
}

/** Takes the lines of these notes away; the owner's other lines stay as they are. */
export async function dropFromIndex(homePath: string, names: readonly string[]): Promise<void> {
  await changeIndex(homePath, (lines) => lines.filter((line) => !names.some((name) => isLineOf(line, name))));
}

function indexLine(name: string, text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return `- ${name}: ${line.length > longestLine ? `${line.slice(0, longestLine).toWellFormed()}…` : line}`;
}

function isLineOf(line: string, name: string): boolean {
  return line.startsWith(`- ${name}: `);
}

async function changeIndex(homePath: string, change: (lines: string[]) => string[]): Promise<void> {
  const home = await lstat(homePath);
  const file = await readOwnedFile(indexPath(homePath), handsOf(home), largestFile);
  // A file that is not the owner's own is not written through either.
  if (file.kind === "refused") return;
  const before = file.kind === "missing" ? "# Memory" : file.text.replaceAll("\r\n", "\n").trimEnd();
  const after = change(before.split("\n")).join("\n");
  if (after === before) return;
  await makeFolder(memoryFolder(homePath));
  await writeFileAtomic(indexPath(homePath), `${after}\n`);
}
