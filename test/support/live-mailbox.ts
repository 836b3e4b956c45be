import { z } from "zod";
import type { Connector, Page } from "../../src/core/connector.ts";
import { StewardError } from "../../src/core/errors.ts";
import type { RawRecord } from "../../src/core/record.ts";
import type { AnyConnector } from "../../src/intake/intake.ts";
import { mailText } from "../cli/terminal-harness.ts";

export interface LiveMail {
  id: string;
  at: string;
  from?: string;
  to?: string;
  subject?: string;
  text?: string;
  labels?: string[];
}

/** What happened in the mailbox since it was first listed. */
type Change =
  | { kind: "added"; mail: LiveMail }
  | { kind: "gone"; id: string }
  | { kind: "relabelled"; id: string; labels: string[] };

const cursorSchema = z.strictObject({ crawled: z.number(), changes: z.number() });

/**
 * A small live service that implements the contract of a connector: a crawl newest first, then what changed. It counts what
 * it is asked, and does what a test tells it to.
 */
export class LiveMailbox {
  readonly mails: LiveMail[];
  readonly changes: Change[] = [];
  /** Every call of `pull` and `connect`, in order. */
  pulls = 0;
  connects = 0;
  /** Clients made before this many connects have lost their sign-in. */
  signedInSince = 0;
  pageSize = 10;
  /** Thrown by the next pulls, first to last; null lets one through. */
  failures: (StewardError | null)[] = [];
  failAlways: StewardError | null = null;
  /** Given with the next last page. */
  whole: Page["whole"];
  /** Waited for by every pull. */
  gate: Promise<void> | null = null;
  signals: AbortSignal[] = [];

  constructor(mails: LiveMail[] = []) {
    this.mails = mails;
  }

  add(mail: LiveMail): void {
    this.changes.push({ kind: "added", mail });
  }

  connector(name = "gmail"): AnyConnector {
    const config = z.looseObject({ account: z.string().default("clara@weiss.example") });
    const one: Connector<z.output<typeof config>, { number: number }> = {
      name,
      config,
      connect: async () => {
        this.connects += 1;
        return { number: this.connects };
      },
      check: async () => ({ state: "ok" }),
      pull: ({ number }, cursor, signal) => {
        if (number < this.signedInSince) throw new StewardError("needs_reauth", "An old sign-in.", { cure: "connect" });
        return this.#pull(cursor, signal);
      },
    };
    const toClient = (client: unknown): { number: number } => z.object({ number: z.number() }).parse(client);
    return {
      ...one,
      connect: (given, deps) => one.connect(config.parse(given), deps),
      check: (client, signal) => one.check(toClient(client), signal),
      pull: async (client, cursor, signal) => one.pull(toClient(client), cursor, signal),
    };
  }

  async #pull(given: unknown, signal: AbortSignal): Promise<Page> {
    this.pulls += 1;
    this.signals.push(signal);
    if (this.gate !== null) await this.gate;
    if (signal.aborted) throw new StewardError("interrupted", "Stopped.");
    const failure = this.failures.shift() ?? this.failAlways;
    if (failure !== null && failure !== undefined) throw failure;
    const cursor = given === null ? { crawled: 0, changes: this.changes.length } : cursorSchema.parse(given);
    return cursor.crawled < this.mails.length ? this.#crawl(cursor) : this.#poll(cursor);
  }

  #crawl(cursor: z.output<typeof cursorSchema>): Page {
    const some = this.mails.slice(cursor.crawled, cursor.crawled + this.pageSize);
    const crawled = cursor.crawled + some.length;
    const last = some.at(-1)?.at ?? null;
    const done = crawled >= this.mails.length;
    return {
      ...blankPage,
      records: some.map(toRecord),
      cursor: { ...cursor, crawled },
      done,
      coverage: last === null ? null : { from: new Date(last).toISOString(), to: null },
      progress: { done: crawled, total: this.mails.length, unit: "records" },
      ...this.#wholeOf(done),
    };
  }

  #poll(cursor: z.output<typeof cursorSchema>): Page {
    const some = this.changes.slice(cursor.changes);
    return {
      ...blankPage,
      records: some.flatMap((change) => (change.kind === "added" ? [toRecord(change.mail)] : [])),
      gone: some.flatMap((change) => (change.kind === "gone" ? [change.id] : [])),
      relabelled: some.flatMap((change) =>
        change.kind === "relabelled" ? [{ externalId: change.id, labels: change.labels }] : [],
      ),
      cursor: { ...cursor, changes: this.changes.length },
      done: true,
      progress: { done: 1, total: 1, unit: "records" },
      ...this.#wholeOf(true),
    };
  }

  #wholeOf(done: boolean): Pick<Page, "whole"> {
    const whole = this.whole;
    if (!done || whole === undefined) return {};
    this.whole = undefined;
    return { whole };
  }
}

const blankPage: Page = {
  records: [],
  gone: [],
  failed: [],
  cursor: null,
  done: true,
  coverage: null,
  progress: { done: 0, total: 0, unit: "records" },
};

function toRecord(mail: LiveMail): RawRecord {
  const text = mailText({
    from: mail.from ?? "Tom Reyes <tom@lumen.example>",
    to: mail.to ?? "clara@weiss.example",
    subject: mail.subject ?? `About ${mail.id}`,
    at: mail.at,
    id: `${mail.id}@lumen.example`,
    text: mail.text ?? `Could you send me the draft of ${mail.id} by tomorrow?`,
  });
  return {
    format: "mail",
    externalId: mail.id,
    bytes: new TextEncoder().encode(text.slice(text.indexOf("\n") + 1)),
    hints: { labels: mail.labels ?? ["Inbox", "Unread"] },
    locator: { path: `gmail/${mail.id}`, offset: null },
  };
}

/** Mails a day apart, newest first. */
export function liveMails(count: number, newestAt: string): LiveMail[] {
  const newest = Date.parse(newestAt);
  return Array.from({ length: count }, (_, index) => ({
    id: `m${String(index).padStart(4, "0")}`,
    at: new Date(newest - index * 86_400_000).toISOString(),
  }));
}
