import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { signIn } from "../connectors/google-account/sign-in.ts";
import { pressContinue } from "../src/cli/demo/press-continue.ts";
import { demoClient } from "../src/emulators/google/oauth/oauth-state.ts";
import { type BenchRow, median } from "./bench-row.ts";
import { generateMail, writeMailbox } from "./generate-mail.ts";
import { benchArrival } from "./google-arrival.ts";

const account = "clara@weiss.example";
const seed = 7;
const outcomeSchema = z.object({ messages: z.number(), ms: z.number(), bytes: z.number(), peakMb: z.number() });
const stateSchema = z.object({ spent: z.object({ gmail: z.object({ requests: z.number(), units: z.number() }) }) });

/** An emulated Google in a process of its own, with a mailbox, and what a client needs to read it. */
export interface BenchGoogle {
  url: string;
  signedIn: { account: string; clientId: string; clientSecret: string; refreshToken: string; scopes: string[] };
  deliver(mails: readonly { raw: string; labels: string[] }[]): Promise<void>;
  spent(): Promise<{ requests: number; units: number }>;
  close(): void;
}

/** Live Gmail against the emulator, without quotas: reading it whole, keeping it in step, and how soon a mail is seen. */
export async function benchGoogle(folder: string, count: number, rounds: number): Promise<BenchRow[]> {
  const google = await openGoogle();
  try {
    mkdirSync(folder, { recursive: true });
    await fill(google, count);
    const mailbox = join(folder, "same.mbox");
    await writeMailbox(mailbox, { seed, count });
    const whole = await benchWhole(google, folder, rounds, mailbox);
    return [...whole, ...(await benchArrival(google, folder))];
  } finally {
    google.close();
  }
}

async function openGoogle(): Promise<BenchGoogle> {
  const run = join(import.meta.dirname, "..", "src", "emulators", "google", "run.ts");
  const child = spawn(process.execPath, [run, "--account", account], { stdio: ["pipe", "pipe", "inherit"] });
  const line = await new Promise<string>((resolve) => createInterface({ input: child.stdout }).once("line", resolve));
  const { url } = z.object({ url: z.string() }).parse(JSON.parse(line));
  const signedIn = await signIn({
    client: demoClient,
    account: null,
    keep: [],
    net: { fetch, baseUrl: url, signal: AbortSignal.timeout(30_000) },
    show: () => undefined,
    openBrowser: async (page) => {
      void pressContinue(fetch, page);
      return true;
    },
    paste: null,
    timeoutMs: 30_000,
  });
  return {
    url,
    signedIn: { ...demoClient, account, refreshToken: signedIn.refreshToken, scopes: signedIn.scopes },
    deliver: async (mails) => {
      const answer = await fetch(`${url}/_world/mail`, { method: "POST", body: JSON.stringify(mails) });
      if (!answer.ok) throw new Error(await answer.text());
    },
    spent: async () => stateSchema.parse(await (await fetch(`${url}/_world/state`)).json()).spent.gmail,
    close: () => child.stdin.end(),
  };
}

async function fill(google: BenchGoogle, count: number): Promise<void> {
  let waiting: { raw: string; labels: string[] }[] = [];
  for (const mail of generateMail({ seed, count })) {
    waiting.push({ raw: Buffer.from(mail.raw, "latin1").toString("base64"), labels: mail.sent ? ["SENT"] : ["INBOX"] });
    if (waiting.length < 200) continue;
    await google.deliver(waiting);
    waiting = [];
  }
  await google.deliver(waiting);
  await sleep(200);
}

async function benchWhole(
  google: BenchGoogle,
  workFolder: string,
  rounds: number,
  mailbox: string,
): Promise<BenchRow[]> {
  const calls: number[] = [];
  const stored: number[] = [];
  const peaks: number[] = [];
  const fromFile: number[] = [];
  let messages = 0;
  for (let round = 0; round < rounds; round += 1) {
    mkdirSync(workFolder, { recursive: true });
    const folder = mkdtempSync(join(workFolder, "google-"));
    const thrown = runChild("calls", google, folder);
    const kept = runChild("steward", google, folder);
    calls.push((thrown.messages / thrown.ms) * 1000);
    stored.push((kept.messages / kept.ms) * 1000);
    peaks.push(kept.peakMb);
    messages = kept.messages;
    const file = runChild("file", google, mkdtempSync(join(workFolder, "google-file-")), mailbox);
    fromFile.push((file.messages / file.ms) * 1000);
  }
  const ratio = median(stored.map((rate, at) => rate / (calls[at] ?? rate)));
  return [
    { name: "Gmail: read whole, end to end", value: median(stored), unit: "messages/s", note: `${messages} messages` },
    { name: "Gmail: the same calls, answers thrown away", value: median(calls), unit: "messages/s", note: "" },
    { name: "Gmail: end to end against the calls alone", value: ratio, unit: "x", note: "aim 0.7" },
    { name: "Gmail: the same mail imported from an mbox file", value: median(fromFile), unit: "messages/s", note: "" },
    {
      name: "Gmail: end to end against the import from a file",
      value: median(stored.map((rate, at) => rate / (fromFile[at] ?? rate))),
      unit: "x",
      note: "parsing and storing are the limit, not the calls",
    },
    { name: "Gmail: peak memory", value: median(peaks), unit: "MB", note: "" },
  ];
}

function runChild(task: string, google: BenchGoogle, folder: string, mailbox = ""): z.output<typeof outcomeSchema> {
  const child = join(import.meta.dirname, task === "file" ? "import-child.ts" : "google-child.ts");
  const words =
    task === "file" ? ["steward", mailbox, folder] : [task, google.url, JSON.stringify(google.signedIn), folder];
  const result = spawnSync(process.execPath, ["--max-semi-space-size=2", child, ...words], {
    encoding: "utf8",
    maxBuffer: 1 << 24,
  });
  if (result.status !== 0) throw new Error(`The measurement "${task}" failed: ${result.stderr}`);
  return outcomeSchema.parse(JSON.parse(result.stdout.trim().split("\n").at(-1) ?? ""));
}
