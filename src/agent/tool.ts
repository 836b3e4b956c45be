import type { ZodObject, z } from "zod";
import type { Clock } from "../core/clock.ts";
import type { Owner } from "../core/thread.ts";
import type { Store } from "../store/open-store.ts";
import type { TriageSetting } from "../triage/gather-input.ts";

/** What a run has read so far: it decides what its cards may say without a warning. */
export interface Taint {
  /** Every item whose text, or part of it, any tool has returned. */
  items: ReadonlySet<number>;
  /** Threads that were opened whole, or that the owner pointed at. */
  threads: ReadonlySet<number>;
}

/** One step of a proposal, as the door takes it. */
export interface ProposedStep {
  action: string;
  /** The account that should act; null lets code choose. */
  account: string | null;
  ask: unknown;
  /** Index of the step before whose receipt this one waits for; null when none. */
  after: number | null;
}

/** What became of a proposal. `waiting`: the door has not looked yet (it is not running). */
export type ProposedOutcome =
  | { kind: "cards"; cards: { number: number; title: string; friction: string; state: string }[] }
  | { kind: "refused"; text: string }
  | { kind: "waiting" };

/** What the owner wants to know or decide before a run can go on. */
export interface OwnerQuestion {
  question: string;
  choices: string[];
}

/** A note of the memory. `text` may hold words of others; `itemIds` are the items it was written from. */
export interface KnownNote {
  name: string;
  /** When it was written, UTC ISO-8601, and how old that is in words. */
  at: string;
  age: string;
  text: string;
  itemIds: number[];
}

/** What became of something to remember. `kept`: the owner said it word for word. `asked`: the owner has to say yes first. */
export type Remembered =
  | { kind: "kept"; name: string }
  | { kind: "asked"; text: string }
  | { kind: "refused"; text: string };

/** Skills the owner accepted, and the memory. */
export interface Knowledge {
  /** Null when there is none of that name that may be loaded. */
  skill(name: string): Promise<{ name: string; body: string } | null>;
  /** The note of that name, or those with these words, best first, five at most. */
  notes(query: { name: string } | { words: string }): Promise<KnownNote[]>;
  /** `quote` counts only when it stands in `utterance`. */
  remember(given: {
    text: string;
    quote: string;
    utterance: string;
    itemIds: readonly number[];
    key: string;
  }): Promise<Remembered>;
}

/** A page that a search of the web found: words of others, every one. */
export interface FoundPage {
  url: string;
  title: string;
  text: string;
}

/** What a tool may use. Nothing here reaches a service, a file outside the home, or a right to act. */
export interface ToolContext {
  store: Store;
  owner: Owner;
  clock: Clock;
  signal: AbortSignal;
  /** The steward home: `drive/`, `skills/`, `memory/` are read from there. Absolute. */
  homePath: string;
  /** The checkout's own `skills/`. Absolute. */
  shippedSkillsPath: string;
  /** The rules' data, and how repeating events are expanded. */
  triage: TriageSetting;
  /** The rows of contacts.csv as they stand, by their key in the store, with every column the owner made. */
  contactColumns(): Promise<ReadonlyMap<string, Readonly<Record<string, string>>>>;
  knowledge: Knowledge;
  /** Makes items of what a search of the web found, so that it is cited and named like all else; one id a page. Absent: no search. */
  keepFound?(pages: readonly FoundPage[]): Promise<number[]>;
  /** The owner's words of this request; empty for a session without one. */
  utterance: string;
  /** Everything read until now. */
  taint(): Taint;
  /** Writes one bundle for the door and says what became of it. The same `key` in the same run is the same bundle. */
  propose(steps: readonly ProposedStep[], key: string): Promise<ProposedOutcome>;
  /** Asks the owner: the run ends with it. Null where nobody can be asked (a session of another agent). */
  ask: ((question: OwnerQuestion) => void) | null;
  /** Runs a job in a context of its own and returns its summary and what it read. Null inside such a job. */
  subJob: ((task: string, itemIds: readonly number[]) => Promise<ToolResult>) | null;
}

/**
 * What a tool says. `data` is JSON whose strings may be text of others: the loop fences it. `note` is a sentence of our own (what was
 * left out, what to do next) and stands outside the fence. `itemIds`: every item of which any text is in `data`; `threadIds`: those
 * shown whole.
 */
export interface ToolResult {
  data: unknown;
  note: string;
  itemIds: number[];
  threadIds: number[];
  isError: boolean;
  /** Images to show the model beside `data`, kept under their SHA-256. */
  images?: { mediaType: string; sha256: string }[];
}

/**
 * One tool, in one file. The same tools serve the loop, the terminal and the MCP server. `run` gets input parsed by the strict schema;
 * it throws `StewardError` for what the model can mend (told to it in its words) and anything else for a bug.
 */
export interface Tool<Input extends ZodObject = ZodObject> {
  name: string;
  /** For the model, in as few words as will do. */
  description: string;
  input: Input;
  /** Reads run side by side; proposals one after the other, in order. */
  effect: "read" | "propose";
  run(input: z.output<Input>, context: ToolContext, key: string): Promise<ToolResult>;
}

/** A tool whose input type is its own affair. */
// biome-ignore lint/suspicious/noExplicitAny: tools of different inputs stand in one list; each parses its own.
export type AnyTool = Tool<any>;
