import { defaultUnitsPerMinute } from "../../../connectors/google-account/open-accounts.ts";
import { plural } from "../../core/plural.ts";

/** What a message costs, in Gmail's quota units. Source: https://developers.google.com/workspace/gmail/api/reference/quota */
const messageUnits = 20;

/**
 * How much of a mailbox is still to be read and how long that takes, in words; null when nothing is left. `secondsLeft` is
 * what was measured so far. Contract: pure. The first minutes are faster than Google lets it go on, so for the real Google
 * its pace is the floor.
 */
export function restWords(rest: {
  messages: number;
  secondsLeft: number | null;
  isEmulated: boolean;
  self: string;
}): string | null {
  const { messages, secondsLeft, isEmulated, self } = rest;
  if (messages <= 0) return null;
  const paced = isEmulated ? 0 : (messages * messageUnits * 60) / defaultUnitsPerMinute.gmail;
  const minutes = Math.max(1, Math.ceil(Math.max(paced, secondsLeft ?? 0) / 60));
  const time = minutes < 90 ? plural(minutes, "minute") : plural(Math.round(minutes / 60), "hour");
  return `${plural(messages, "older message")} ${messages === 1 ? "is" : "are"} not read yet: about ${time} more at Google's pace. ${self} start reads on in the background, ${self} sync does it now.`;
}
