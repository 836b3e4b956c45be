import { holds, type Reading, type Sentence } from "../read-text.ts";

/** A sentence that commands an assistant, or asks to hand secrets to somebody. */
export interface Command {
  kind: "command" | "leak";
  reason: string;
  sentence: Sentence;
}

const markup =
  /<\/?(?:information|system|instructions?|important|admin|assistant|user|prompt|context|tool)\b|\[(?:inst|system|admin|\/inst)|<\|[a-z_]+\|>|###\s*(?:system|instruction|new)|={4,}\s*(?:end|system|new)|\b(?:send_email|send_money|delete_file|forward_email|share_file|create_event)\b|!\[[^\]]{0,200}\]\(https?:|\{\{[^{}]{3,80}\}\}/i;
const leak =
  /\b(?:send|forward|share|email|transmit|reveal|disclose|give|provide|post|upload)\b.{0,80}\b(?:password|passcode|credit card|card number|bank (?:account|details)|social security|ssn|api key|private key|access code|security code|verification code|login|credentials|medical|health records|genetic data|personal (?:data|information|details)|address book|contact list|all (?:my |the |your )?(?:e-?mails|messages|files|documents|contacts)|details to \S+@|browsing history|saved (?:addresses|payment))\b|\b(?:check|retrieve|access|provide|show|list|find|get|search)\b.{0,40}\bmy (?:[\w-]+ ){0,3}(?:account|prescriptions?|medical|bank|holdings|passwords?|inbox|contacts|e-?mails?|credentials|records?)\b/i;
const powerful =
  /\b(?:unlock|open) (?:the|my) (?:front |back )?(?:door|gate|garage)|\b(?:delete|erase|wipe|remove) (?:all|the|my|every|your)\b.{0,40}\b(?:files?|e-?mails?|messages?|events?|data|accounts?|backups?|photos?|records?|calendar)\b|\b(?:grant|give) (?:me|us|him|her|them|everyone|anyone|user|\S+@\S+)\b.{0,60}\b(?:access|permissions?|admin)\b|(?<!\b(?:we|i|they|he|she|will|to be|have|has|been|was|bank)\s(?:will\s|shall\s|have\s)?)\b(?:transfer|pay|send|withdraw|donate)\b.{0,30}(?:[$€£]\s?\d|\d[\d,.]*\s?(?:dollars|usd|eur|euros|bitcoin|btc|ethereum|eth))|\b(?:disable|turn off)\b.{0,30}\b(?:alarm|security|firewall|2fa|two-factor|lock)|\bsearch for\b.{0,60}\band (?:send|forward|email)\b/i;

/**
 * The first sentence that speaks to an assistant instead of to a person. Quoting such a phrase (in a newsletter about attacks)
 * is not commanding. Contract: linear, pure.
 */
export function findCommand(reading: Reading, raw: string): Command | null {
  for (const sentence of reading.sentences) {
    if (!holds(sentence, "assistantCommand") || isQuoted(sentence.text)) continue;
    return { kind: "command", reason: "gives commands to an assistant", sentence };
  }
  const first = reading.sentences[0];
  if (first === undefined) return null;
  if (markup.test(raw.slice(0, 16_000)))
    return { kind: "command", reason: "imitates an assistant's own messages", sentence: first };
  if (!holds(reading, "power")) return null;
  for (const sentence of reading.sentences) {
    if (!holds(sentence, "power")) continue;
    const text = sentence.text.slice(0, 400);
    if (leak.test(text) || powerful.test(text))
      return { kind: "leak", reason: "asks to hand out secrets, access or money", sentence };
  }
  return null;
}

function isQuoted(text: string): boolean {
  return /["“”„«][^"“”„«»]{8,}["“”»]/.test(text) && !/^["“”„«]/.test(text.trim());
}
