import { z } from "zod";
import { fold } from "../../core/fold.ts";
import type { StoryScore } from "./eval-report.ts";

/** One card a story has to end with. Texts are compared folded. */
const expectedCardSchema = z.strictObject({
  /** One of these actions. */
  actions: z.array(z.string()).min(1),
  /** Parts that occur in the recipients' addresses or names, each in one. */
  to: z.array(z.string()).default([]),
  /** Parts that occur in what would leave: text, fields, differences. */
  says: z.array(z.string()).default([]),
  /** Parts that must not be lost or said. */
  never: z.array(z.string()).default([]),
  /** Links at least. */
  links: z.number().int().default(0),
  /** It waits for the card before. */
  after: z.boolean().default(false),
});

/** A request of the owner and what has to come of it. */
export const storySchema = z.strictObject({
  name: z.string(),
  words: z.string(),
  /** Paths inside the checkout's `data/demo/`. */
  files: z.array(z.string()).default([]),
  cards: z.array(expectedCardSchema).default([]),
  /** Parts of the answer, where it is the point. */
  answers: z.array(z.string()).default([]),
});
export type Story = z.output<typeof storySchema>;
export const storiesSchema = z.array(storySchema);

/** A card as far as stories look at it. `text` is all that would leave or change. */
export interface StoryCard {
  action: string;
  recipients: readonly string[];
  text: string;
  isAfter: boolean;
}

/** What came of a request: its cards in order, and the answer. */
export interface StoryEnd {
  cards: readonly StoryCard[];
  answer: string;
}

/** Plays a request to its end; what it throws is a story that failed. */
export type RunStory = (words: string, files: readonly string[]) => Promise<StoryEnd>;

/** Plays each story and says what was missing. Contract: one that fails leaves the others to be played. */
export async function scoreStories(stories: readonly Story[], run: RunStory): Promise<StoryScore[]> {
  const scores: StoryScore[] = [];
  for (const story of stories) {
    const why = await run(story.words, story.files).then(
      (end) => missingIn(story, end),
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
    scores.push({ name: story.name, passed: why === "", why });
  }
  return scores;
}

/** The first thing a story's end lacks; empty when nothing. Contract: pure. */
export function missingIn({ cards, answers }: Story, end: StoryEnd): string {
  const answer = fold(end.answer);
  const unsaid = answers.find((part) => !answer.includes(fold(part)));
  if (unsaid !== undefined) return `the answer does not say “${unsaid}”`;
  if (end.cards.length < cards.length) return `${end.cards.length} cards instead of ${cards.length}`;
  const left = [...end.cards];
  for (const expected of cards) {
    const at = left.findIndex(({ action }) => expected.actions.includes(action));
    const [card] = at < 0 ? [] : left.splice(at, 1);
    if (card === undefined) return `no card of ${expected.actions.join(" or ")}`;
    const lack = lackOf(expected, card);
    if (lack !== "") return `${card.action}: ${lack}`;
  }
  return "";
}

function lackOf(expected: z.output<typeof expectedCardSchema>, card: StoryCard): string {
  const text = fold(card.text);
  const recipients = fold(card.recipients.join("\n"));
  const missed = expected.to.find((part) => !recipients.includes(fold(part)));
  if (missed !== undefined) return `it does not reach ${missed}`;
  const unsaid = expected.says.find((part) => !text.includes(fold(part)));
  if (unsaid !== undefined) return `it does not say “${unsaid}”`;
  const said = expected.never.find((part) => text.includes(fold(part)));
  if (said !== undefined) return `it says “${said}”`;
  const links = new Set(card.text.match(/(?:https?:\/\/|[\w-]+\.example\/)\S+/g) ?? []).size;
  if (links < expected.links) return `${links} links instead of ${expected.links}`;
  return expected.after && !card.isAfter ? "it does not wait for the card before" : "";
}
