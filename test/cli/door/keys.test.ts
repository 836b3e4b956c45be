import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DoorCli } from "./door-cli.ts";

/** `script` of util-linux gives a program a terminal of its own; without it there is none to press keys on. */
const hasPty = spawnSync("script", ["--version"], { encoding: "utf8" }).stdout?.includes("util-linux") === true;
const program = join(import.meta.dirname, "steward-with-post.ts");

let cli: DoorCli;
let child: ChildProcess | null;
beforeEach(async () => {
  cli = new DoorCli();
  child = null;
  await cli.begin();
});
afterEach(() => {
  child?.kill("SIGKILL");
  cli.remove();
});

/** Waits for each text in turn, then presses the keys beside it. Returns the whole screen when the program ended. */
async function press(argv: readonly string[], steps: readonly [seen: string, keys: string][]): Promise<string> {
  const command = [process.execPath, program, cli.harness.home, ...argv].map((one) => `'${one}'`).join(" ");
  const started = spawn("script", ["-qec", `stty cols 100 rows 40; ${command}`, "/dev/null"], {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, TERM: "xterm" },
  });
  child = started;
  let screen = "";
  let ended = false;
  started.stdout.on("data", (data: Buffer) => {
    screen += data.toString();
  });
  const end = new Promise<void>((resolve) =>
    started.on("exit", () => {
      ended = true;
      resolve();
    }),
  );
  let from = 0;
  for (const [seen, keys] of steps) {
    const until = Date.now() + 15_000;
    while (!screen.slice(from).includes(seen)) {
      if (ended || Date.now() > until) throw new Error(`"${seen}" was not shown:\n${screen}`);
      await sleep(20);
    }
    from = screen.length;
    // A prompt draws itself before it listens.
    await sleep(150);
    started.stdin.write(keys);
  }
  await end;
  return screen;
}

const enter = "\r";

describe.skipIf(!hasPty)("keys on a real terminal", () => {
  it("approve by y and send at once by Enter", async () => {
    await cli.letter("One.");
    const screen = await press(
      ["approve", "1"],
      [
        ["Do it?", "y"],
        ["Goes out in", enter],
      ],
    );
    expect(screen).toContain("Card 1: Sent to clara@weiss.example.");
    expect(screen).toContain("sent: 1");
  });

  it("do not approve by Enter alone", async () => {
    await cli.letter("One.");
    const screen = await press(["approve", "1"], [["Do it?", enter]]);
    expect(screen).toContain("Nothing was done.");
    expect(screen).toContain("sent: 0");
  });

  it("take a yes back by u", async () => {
    await cli.letter("One.");
    const screen = await press(
      ["approve", "1"],
      [
        ["Do it?", "y"],
        ["Goes out in", "u"],
      ],
    );
    expect(screen).toContain("Taken back before it went out.");
    expect(screen).toContain("sent: 0");
  });

  it("leave it by Ctrl-C, at the question with nothing done, at the countdown with the yes kept", async () => {
    await cli.letter("One.");
    expect(await press(["approve", "1"], [["Do it?", "\u0003"]])).toContain("sent: 0");
    expect((await cli.run(["cards"])).out).toContain("●");
    const screen = await press(
      ["approve", "1"],
      [
        ["Do it?", "y"],
        ["Goes out in", "\u0003"],
      ],
    );
    expect(screen).toContain("Left as it is.");
    expect(screen).toContain("sent: 0");
    expect((await cli.run(["cards"])).out).toContain("approved");
  });

  it("approve amber by the word, red by the domain, typed", async () => {
    await cli.letter("Hello.", ["eve@stranger.example"]);
    const amber = [
      ["Type yes", `yes${enter}`],
      ["Goes out in", enter],
    ] as const;
    expect(await press(["approve", "1"], [[...amber[0]], [...amber[1]]])).toContain("sent: 1");
    await cli.letter("Pay\u202e now", ["eve@stranger.example"]);
    expect(await press(["approve", "2"], [["Type stranger.example", `yes${enter}`]])).toContain("sent: 0");
    const screen = await press(
      ["approve", "2"],
      [
        ["Type stranger.example", `stranger.example${enter}`],
        ["Goes out in", enter],
      ],
    );
    expect(screen).toContain("sent: 1");
    expect(screen).not.toContain("\u202e");
  });
});
