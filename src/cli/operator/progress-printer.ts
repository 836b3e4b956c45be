import { type Citations, makeCitations } from "../../core/citations.ts";
import type { KeptRunEvent } from "../../core/run-event.ts";
import type { CommandContext } from "../command-context.ts";
import { makePaint } from "../render/paint.ts";
import { showLine } from "../render/visible-text.ts";
import { clip } from "../render/width.ts";
import type { Following } from "./answer-here.ts";

/** What a tool's call is, while it runs. */
const doing: Record<string, string> = {
  actions: "Looks up what can be proposed",
  ask_owner: "Has a question",
  commitments: "Looks at promises",
  document: "Reads a document",
  events: "Looks at the calendar",
  free_time: "Looks for free time",
  item: "Reads",
  ledger: "Looks at what was done",
  memory: "Looks into the memory",
  overview: "Looks at the digest",
  person: "Looks up a person",
  propose: "Proposes",
  remember: "Notes something",
  search: "Searches",
  skill: "Reads a skill",
  sub_job: "Has much read apart",
  thread: "Reads a thread",
  web_search: "Searches the web",
};

/** Shows a request as it goes: what it does on the side, the answer as it comes where a person looks on. */
export function progressPrinter(
  { terminal }: CommandContext,
  isSilent: boolean,
): Following & { end(): void; isTextShown(): boolean; citations: Citations } {
  const citations = makeCitations();
  const paint = makePaint(terminal.colour);
  let open = "";
  let shown = false;
  const endLine = (): void => {
    const rest = citations.end();
    if (rest !== "") terminal.out(showLine(rest));
    if (open !== "") terminal.out("\n");
    open = "";
  };
  const onEvent = ({ kind, body }: KeptRunEvent): void => {
    if (kind === "asked") shown = false;
    if (kind !== "tool_begun" || isSilent || !terminal.errIsTTY) return;
    endLine();
    shown = false;
    const words = `${doing[body.name] ?? showLine(body.name)}${about(body.input)}`;
    terminal.err(`${paint.dim(clip(words, Math.min(terminal.columns, 78)))}\n`);
  };
  const onText = (text: string): void => {
    shown = true;
    const visible = citations.take(text).split("\n").map(showLine).join("\n");
    open = visible.endsWith("\n") ? "" : "open";
    terminal.out(visible);
  };
  const isStreamed = !isSilent && terminal.isTTY;
  return { onEvent, ...(isStreamed ? { onText } : {}), end: endLine, isTextShown: () => shown, citations };
}

function about(input: unknown): string {
  if (typeof input !== "object" || input === null) return "";
  const word = ["words", "who", "name", "query", "task", "from", "id"]
    .map((key): unknown => Reflect.get(input, key))
    .find((value) => value !== undefined);
  return typeof word === "string" || typeof word === "number" ? `: ${showLine(String(word))}` : "";
}
