import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { Ask } from "../../../src/cli/ask.ts";
import type { Machine } from "../../../src/cli/command-context.ts";
import type { AnyConnector } from "../../../src/intake/intake.ts";
import {
  clientId,
  clientSecret,
  makeSmallGoogle,
  type SmallGoogle,
  type Visitor,
} from "../../connectors/google-account/small-google.ts";
import { type Harness, makeHarness, type Ran } from "../terminal-harness.ts";

export interface GoogleHarness extends Harness {
  google: SmallGoogle;
  /** What the person at the browser does. */
  visitor: Partial<Visitor>;
  /** What each stand-in connector was given. */
  opened: { connector: string; config: unknown; token: string | null; secret: string | null }[];
  /** `connect google` with the client file, and whatever else. */
  connect(argv?: readonly string[], machine?: Partial<Machine>): Promise<Ran>;
  machine: Partial<Machine>;
}

/** A terminal beside a small Google, and stand-ins for the live connectors that note what they are given. */
export function makeGoogleHarness(): GoogleHarness {
  const harness = makeHarness();
  const google = makeSmallGoogle();
  const clientFile = join(harness.folder, "client_secret_1.json");
  writeFileSync(clientFile, JSON.stringify({ installed: { client_id: clientId, client_secret: clientSecret } }));
  const opened: GoogleHarness["opened"] = [];
  const visitor: Partial<Visitor> = {};
  const machine: Partial<Machine> = {
    fetch: google.fetch,
    openBrowser: async (url) => {
      await fetch(google.answer(url, visitor));
      return true;
    },
    loadConnectors: async () => ["gmail", "drive", "calendar", "contacts-sheet"].map((name) => standIn(name, opened)),
  };
  return {
    ...harness,
    google,
    visitor,
    opened,
    machine,
    connect: (argv = [], more = {}) =>
      harness.run(["connect", "google", "--client", clientFile, "--base-url", google.baseUrl, ...argv], {
        machine: { ...machine, ...more },
      }),
  };
}

function standIn(name: string, opened: GoogleHarness["opened"]): AnyConnector {
  return {
    name,
    config: z.looseObject({ account: z.string() }),
    connect: async (config, deps) => {
      const { account } = z.object({ account: z.string() }).parse(config);
      const token = await deps.secret(`google.${account}.refresh_token`);
      const secret = await deps.secret(`google.${account}.client_secret`);
      opened.push({ connector: name, config, token, secret });
      return null;
    },
    check: async () => ({ state: "ok" }),
    pull: async () => ({
      records: [],
      gone: [],
      failed: [],
      cursor: 1,
      done: true,
      coverage: null,
      progress: { done: 1, total: 1, unit: "records" },
    }),
  };
}

/** A person who gives these answers; asking for more fails the test. */
export function answering(answers: { texts?: string[]; secrets?: string[]; yes?: boolean[]; picks?: string[] }): {
  ask: Ask;
  offered: string[][];
} {
  const offered: string[][] = [];
  const next = <T>(list: T[] | undefined, question: string): T => {
    const answer = list?.shift();
    if (answer === undefined) throw new Error(`Nobody expected to be asked: ${question}`);
    return answer;
  };
  const ask: Ask = {
    text: async (question) => next(answers.texts, question),
    secret: async (question) => next(answers.secrets, question),
    yes: async (question) => next(answers.yes, question),
    several: async (question) => Promise.reject(new Error(question)),
    one: async (question, options) => {
      offered.push(options.map(({ label }) => label));
      const wanted = next(answers.picks, question);
      const chosen = options.find(({ label }) => label === wanted);
      if (chosen === undefined) throw new Error(`${wanted} was not offered.`);
      return chosen.value;
    },
  };
  return { ask, offered };
}
