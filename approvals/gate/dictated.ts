import type { Preview } from "../../src/core/action.ts";
import type { GateVerdict, Origin, Warning } from "../../src/core/card.ts";
import type { Policy } from "../../src/core/policy.ts";
import type { Facts } from "./facts.ts";
import { type DictationNames, firstForeignWord, saysSomethingElse } from "./say-the-same.ts";

export interface DictatedRequest {
  origin: Origin;
  preview: Preview;
  facts: Facts;
  policy: Policy;
  /** What the gate said of it. */
  verdict: GateVerdict;
  /** What the owner typed, as the door's own surface kept it: a proposal's word for it is not enough. Null when it kept nothing. */
  typed: string | null;
  names: DictationNames;
}

/** `onlyPolicy`: nothing but the owner's `dictated: ask` stands against it. */
export type Dictated = { dictated: true } | { dictated: false; why: string; onlyPolicy: boolean };

const longest = 280;
const offerAfter = 3;

/**
 * Whether the owner's own words were the decision: then a message waits for the undo window alone. Contract: pure. All of it has
 * to hold: typed by the owner in a run that read nothing, to one known person on a channel already used, in the owner's own words
 * with none added or left out, short, without link, file, amount, code or anything the gate warns of, and `dictated: send`.
 */
export function dictated(request: DictatedRequest): Dictated {
  const why =
    whyNotOrigin(request) ??
    whyNotCard(request.preview, request.verdict) ??
    whyNotRecipient(request.preview, request.facts) ??
    whyNotText(request.preview.text ?? "") ??
    whyNotWords(request);
  if (why !== null) return { dictated: false, why, onlyPolicy: false };
  if (request.policy.dictated !== "send")
    return { dictated: false, why: "policy.yaml says dictated: ask", onlyPolicy: true };
  return { dictated: true };
}

/** Whether to offer `dictated: send`, after so many cards that `onlyPolicy` kept from going by themselves. Contract: pure. */
export function offerDictated(count: number): boolean {
  return count >= offerAfter;
}

function whyNotOrigin({ origin, typed }: DictatedRequest): string | null {
  const { by, surface, utterance, rule, itemsRead, openedThreads } = origin;
  // A model may have drafted it: that the text is the owner's is checked word for word.
  if (by === "rule" || rule !== null || surface === "schedule") return "the owner did not ask for it themselves";
  if (typed === null || typed.trim() === "" || utterance !== typed) return "there are no words of the owner";
  return itemsRead.length + openedThreads.length > 0 ? "something was read before it was drafted" : null;
}

const ownLabels: readonly string[] = ["From", "Subject"];

function whyNotCard(preview: Preview, verdict: GateVerdict): string | null {
  const { diffs, lines, files, consequences, fields, handOff } = preview;
  if (verdict.tier !== "send" || handOff !== null) return "it is not a message";
  if (verdict.friction !== "green" || !verdict.warnings.every(isSaid)) return "the gate warns of it";
  if (files.length > 0) return "it has a file";
  const isMore = diffs.length + lines.length + consequences.length > 0;
  return isMore || fields.some(({ label }) => !ownLabels.includes(label)) ? "it does more than send a message" : null;
}

/** `Hi Ben` is no name that nobody said: here every word is compared with the owner's. */
function isSaid({ code, level }: Warning): boolean {
  return code === "invented_value" && level === "note";
}

function whyNotRecipient({ recipients }: Preview, facts: Facts): string | null {
  const [one, ...more] = recipients;
  const fact = facts.recipients.find(({ address }) => address === one?.address);
  if (one === undefined || fact === undefined || more.length + facts.recipients.length !== 1)
    return "it does not reach one person";
  if (one.role !== "to" && one.role !== "chat") return "it does not reach one person";
  if (facts.unanswered.length > 0) return "something about it is not known";
  return fact.standing === "known" && fact.writtenTo > 0 ? null : "the owner never wrote there before";
}

const amount = /[\p{Sc}%]|\b(?:eur|euros?|usd|dollars?|bucks|chf|francs?|franken|gbp|pounds?|pfund|quid|iban)\b/iu;
const link = /:\/\/|www\.|@|[\p{L}\p{N}]\.\p{L}{2}/u;
/** Letters, digits and the marks of plain writing; a picture or something invisible says more than its words. */
const unusual = /[^\p{L}\p{M}\p{N} \n.,;:!?'"’‘“”„«»()\-–—…]/u;

function whyNotText(text: string): string | null {
  if (text.trim() === "") return "there is no text";
  if ([...text].length > longest) return `it is longer than ${longest} characters`;
  if (link.test(text)) return "it has a link or address";
  if (amount.test(text)) return "it has an amount";
  if (/\d{4}/.test(text.replace(/[ -]/g, ""))) return "it has a number that may be a code";
  return unusual.test(text) ? "it has signs that are no writing" : null;
}

function whyNotWords({ typed, preview, names }: DictatedRequest): string | null {
  const different = saysSomethingElse(typed ?? "", preview.text ?? "", names);
  if (different !== null) return different;
  const subject = preview.fields.find(({ label }) => label === "Subject")?.value ?? "";
  const foreign = firstForeignWord(typed ?? "", subject);
  return foreign === null ? null : `the subject's “${foreign}” is not the owner's word`;
}
