import { join } from "node:path";
import type { CardView } from "../../../approvals/door.ts";
import type { StoryScore } from "../../agent/eval/eval-report.ts";
import { type Story, type StoryCard, type StoryEnd, scoreStories } from "../../agent/eval/score-stories.ts";
import { runRequest } from "../../agent/runs/run-request.ts";
import type { DoorConnector } from "../../core/action.ts";
import type { Model } from "../../core/model.ts";
import type { CommandContext } from "../command-context.ts";
import { withDoor } from "../door/with-door.ts";
import { keepRequest } from "../operator/keep-request.ts";
import { makeRequestDeps } from "../operator/request-deps.ts";
import { withStoryLife } from "./story-life.ts";

/** Searches the web in the stories, in place of the child process; null asks as this home does. */
export type StorySearch = ((query: string, signal: AbortSignal) => Promise<unknown>) | null;

/**
 * Plays each story in one life: her words go through the door, the loop and the door's own gate, as `steward ask` does. Contract: nobody
 * says yes to anything, so nothing happens but searches that need no yes. Model and its budget are the caller's.
 */
export async function playStories(
  outer: CommandContext,
  stories: readonly Story[],
  given: { model: Model; search: StorySearch; signal: AbortSignal },
): Promise<StoryScore[]> {
  return await withStoryLife(outer, async (life) => {
    const doors = async () => (await life.loadDoorConnectors()).map((one) => withSearch(outer, one, given.search));
    const context: CommandContext = { ...life, loadDoorConnectors: doors };
    return await scoreStories(stories, (words, files) => play(context, { words, files }, given));
  });
}

async function play(
  context: CommandContext,
  { words, files }: { words: string; files: readonly string[] },
  { model, signal }: { model: Model; signal: AbortSignal },
): Promise<StoryEnd> {
  return await withDoor(context, async (opened) => {
    const paths = files.map((file) => join(context.checkout, "data", "demo", file));
    const job = await keepRequest(context, opened, { text: words, paths, threads: [], answers: null });
    const takeIn = async (): Promise<void> => void (await opened.door.takeIn(signal));
    const deps = makeRequestDeps(context, opened.home, { door: { waitMs: 0, takeIn }, signal, model });
    const run = await deps.ofRun(job.runId);
    if (run === null) return { cards: [], answer: "" };
    const { text, question, error, cards } = await runRequest(run, job);
    const made = cards.flatMap(({ number }) => number ?? []);
    const views = await Promise.all(made.map((number) => opened.door.cardByNumber(number)));
    const told = [text, question?.question, error].filter((part) => typeof part === "string");
    return { cards: views.flatMap((view) => (view === null ? [] : toStoryCard(view))), answer: told.join("\n") };
  });
}

function toStoryCard({ card, preview }: CardView): StoryCard {
  const parts = [
    preview.text ?? "",
    ...preview.fields.map(({ value }) => value),
    ...preview.diffs.map(({ after }) => after),
  ];
  return {
    action: card.action,
    recipients: preview.recipients.map(({ name, address }) => `${name} <${address}>`),
    text: parts.join("\n"),
    isAfter: card.afterCardId !== null,
  };
}

/** The web is searched with what the owner's own home has for it: the one of the stories has no key. */
function withSearch(outer: CommandContext, connector: DoorConnector, search: StorySearch): DoorConnector {
  if (connector.name !== "web") return connector;
  return {
    ...connector,
    connect: async (config, deps) => {
      if (search !== null) return { missing: async () => null, search };
      const secret = async (name: string) => await (await outer.openSecrets(outer.home)).get(name);
      return await connector.connect(config, { ...deps, secret, homePath: outer.home });
    },
  };
}
