import { noAnswer } from "../../api-failure.ts";
import { list, number, text } from "../../find-values.ts";
import { type PolicyAnswer, say, use } from "../../policy.ts";
import type { RequestView } from "../../view-request.ts";
import { type Desk, layOut, NextCall } from "../desk.ts";
import { shorten } from "../read-text.ts";
import { findHour, hourWords } from "./find-hour.ts";
import { inboxWords, inboxZero } from "./inbox-zero.ts";
import { introduce, introduceWords } from "./introduce.ts";
import { newPlate, plateWords } from "./new-plate.ts";
import { plainQuestion } from "./plain-question.ts";
import { promises, promiseWords } from "./promises.ts";
import { toOwner } from "./say-to-owner.ts";
import { tellSomebody, tellWords } from "./tell-somebody.ts";
import { newsWords, whatIsNew } from "./what-is-new.ts";

/** What the owner's words have to look like, and what is played then; the first that fits. */
const flows: readonly { words: RegExp; play(desk: Desk): string }[] = [
  { words: inboxWords, play: inboxZero },
  { words: promiseWords, play: promises },
  { words: tellWords, play: tellSomebody },
  // "Introduce them, with what is new about their company" is no question for news.
  { words: introduceWords, play: introduce },
  { words: newsWords, play: whatIsNew },
  { words: hourWords, play: findHour },
];

/** Plays a request of the owner, or a job beneath one, on to the next call or to its end. */
export function playRequest(view: RequestView): PolicyAnswer {
  const desk = layOut(view);
  if (desk.newest === "") throw noAnswer("scenario", "a request without the owner's words");
  try {
    return say(view.purpose === "sub-job" ? sumUp(desk, view) : chooseFlow(desk)(desk));
  } catch (error) {
    if (error instanceof NextCall) return use(...error.calls);
    throw error;
  }
}

function chooseFlow(desk: Desk): (desk: Desk) => string {
  // "New plate" is a thing to change; a question about the plate is a question.
  const isChange = plateWords.test(desk.words) && !/\?\s*$/.test(desk.words);
  const isNew =
    desk.files.length > 0 || /\b(?:new|neu\w*|nouvel\w*|change\w*|update|put|ändere|trag\w*)\b/iu.test(desk.words);
  if (isChange && isNew) return newPlate;
  return flows.find(({ words }) => words.test(desk.words))?.play ?? plainQuestion;
}

/** Each item that was named, in a line. */
function sumUp(desk: Desk, view: RequestView): string {
  const ids = list(view.fenced[0], "items").filter((one) => typeof one === "number");
  if (ids.length === 0) return plainQuestion(desk);
  const items = desk.askAll(ids.map((id) => ({ name: "item", input: { id } })));
  const lines = items.map((data) => {
    const [item] = [data].map((one) => (typeof one === "object" && one !== null && "item" in one ? one.item : null));
    return `- ${shorten(`${text(item, "title")}: ${text(item, "text")}`, 200)} [#${number(item, "item")}]`;
  });
  return toOwner(lines.join("\n"));
}
