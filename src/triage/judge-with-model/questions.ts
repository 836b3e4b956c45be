import type { z } from "zod";
import type { Question } from "./ask-batch.ts";
import { closerAnswer, closerFormat, judgeFormat, quickAnswer } from "./formats.ts";
import { closerSystem, judgeSystem } from "./prompts.ts";
import { type OpenThread, showThread, showThreadWhole } from "./show-threads.ts";

/** The quick look: ids and classes, up to 25 threads a call. */
export const quickLook: Question<OpenThread, z.output<typeof quickAnswer>> = {
  role: "judge",
  purpose: "judge",
  system: judgeSystem,
  format: judgeFormat,
  answer: quickAnswer,
  show: showThread,
  tokensEach: 40,
  most: 25,
};

const wholeCharacters = 6_000;
const tokensOfTheRest = 1_900;

/** The closer look: whole texts as far as the context has room for one, a line of its own, five threads a call. */
export function closerLook(contextTokens: number): Question<OpenThread, z.output<typeof closerAnswer>> {
  const characters = Math.max(300, Math.min(wholeCharacters, Math.floor((contextTokens - tokensOfTheRest) * 1.6)));
  return {
    role: "write",
    purpose: "judge-closer",
    system: closerSystem,
    format: closerFormat,
    answer: closerAnswer,
    show: (id, one) => showThreadWhole(id, one, characters),
    tokensEach: 120,
    most: 5,
  };
}
