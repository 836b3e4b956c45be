import type { Clock } from "../../core/clock.ts";
import type { Model } from "../../core/model.ts";
import type { RunLimits } from "../../core/run.ts";
import type { KeptRunEvent } from "../../core/run-event.ts";
import type { Owner } from "../../core/thread.ts";
import type { Store } from "../../store/open-store.ts";
import type { AnyTool, ToolContext } from "../tool.ts";

/** What goes into the system text of a request, the same until the owner changes a file. */
export interface PromptFiles {
  /** The owner's rules.md; empty when there is none. */
  rules: string;
  /** One line a skill. */
  skillsIndex: string;
  memoryIndex: string;
}

/** What tools get besides what the run itself gives them. */
export type ToolSurroundings = Pick<
  ToolContext,
  "homePath" | "shippedSkillsPath" | "triage" | "contactColumns" | "knowledge" | "keepFound"
>;

/** Everything a run works with. */
export interface RunDeps {
  model: Model;
  tools: readonly AnyTool[];
  store: Store;
  clock: Clock;
  owner: Owner;
  surroundings: ToolSurroundings;
  promptFiles(): Promise<PromptFiles>;
  /** Makes items of kept files, by SHA-256; one id a file, in order. */
  givenItems(files: readonly string[]): Promise<number[]>;
  door: {
    /** How long a proposal is waited for. */
    waitMs: number;
    /** Lets the door take proposals in at once, where no `steward start` does. */
    takeIn?: () => Promise<void>;
  };
  /** The process, as `makeLeaseOwner` names it; `isGone` says of another whether it is no more. */
  lease: { owner: string; isGone(owner: string): boolean };
  /** What a request may use up; `requestLimits` unless the owner says otherwise. */
  limits: RunLimits;
  /** The process is about to end: the run stays as it is, for whoever comes next. */
  signal: AbortSignal;
  log(line: string): void;
  onEvent?: (runId: string, event: KeptRunEvent) => void;
  /** The model's text as it comes, unchecked. */
  onText?: (text: string) => void;
}
