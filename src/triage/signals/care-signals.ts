import { rawText } from "../../core/untrusted.ts";
import { holds, readText, type Sentence } from "../read-text.ts";
import type { TriageContext } from "../triage-context.ts";
import type { Collector } from "./collector.ts";
import { findCommand } from "./find-command.ts";
import type { ItemFacts } from "./read-item.ts";

const deepTextLimit = 16_000;

/**
 * What looks like a trap: lookalike senders, foreign names and answers, failed authentication, asking for secrets or untraceable
 * money, new bank details, and texts that command an assistant. Returns the sentence that shows it. Runs before other signals.
 */
export function addCareSignals(facts: ItemFacts, context: TriageContext, collector: Collector): Sentence | null {
  addSenderTricks(facts, context, collector);
  if (facts.authentication === "failed") collector.add("auth_failed", "the sender could not be authenticated");
  if (!facts.known && !fromKnownHouse(facts, context)) addTrapWords(facts, collector);
  addNamedLookalike(facts, context, collector);
  if (facts.says("bankChange") && !facts.mass) collector.add("bank_change", "names new bank details", { vetoes: true });
  return addCommands(facts, context, collector);
}

function addSenderTricks(facts: ItemFacts, context: TriageContext, collector: Collector): void {
  const { from, known } = facts;
  if (from === null || from.isOwner) return;
  const name = rawText(from.name);
  if (!known) {
    const alike = context.lookalikes.resemblance(from.address);
    if (alike !== null)
      collector.add("lookalike", `looks like ${alike.of} but is not`, { strength: alike.strong ? 1 : 0.4 });
    const other = context.lookalikes.addressOfName(name);
    if (other !== null && other !== from.address && facts.item.channel === "mail")
      collector.add("name_with_other_address", `the name of somebody you know (${other}) with another address`);
    const brand =
      facts.mass && facts.authentication === "passed" ? null : context.lookalikes.impersonatedBrand(name, from.address);
    if (brand !== null) collector.add("brand_impersonated", `calls itself ${brand} from another domain`);
  }
  const inName = /[^\s@<>"]+@[^\s@<>"]+\.[a-z]{2,}/i.exec(name)?.[0]?.toLowerCase();
  if (inName !== undefined && inName !== from.address)
    collector.add("name_with_other_address", "its name shows another address", { strength: 2 });
  const replyTo = facts.item.parties.find((party) => party.role === "reply_to");
  if (replyTo !== undefined && !replyTo.known && !facts.viaList && hostOf(replyTo.address) !== hostOf(from.address))
    collector.add("reply_to_mismatch", "answers would go to another address", { strength: facts.mass ? 0.2 : 1 });
}

/** An address in the text that imitates a known one: "write to me at lily@gmai1.com from now on". */
function addNamedLookalike(facts: ItemFacts, context: TriageContext, collector: Collector): void {
  if (facts.mass || !facts.text.includes("@")) return;
  const named = facts.text.slice(0, 4000).match(/[\w.+-]{1,64}@[^\s@<>"',;()]{3,100}/g) ?? [];
  for (const address of named.slice(0, 5)) {
    const alike = context.lookalikes.resemblance(address.toLowerCase().replace(/[.:!?]+$/, ""));
    if (alike?.strong !== true) continue;
    collector.add("lookalike", `names an address that looks like ${alike.of} but is not`);
    return;
  }
}

/** Authenticated mail of a domain the owner deals with, such as their bank's terms: its words about money are its business. */
function fromKnownHouse(facts: ItemFacts, context: TriageContext): boolean {
  const domain = hostOf(facts.from?.address ?? "");
  return facts.authentication === "passed" && context.lookalikes.isKnownDomain(domain);
}

function addTrapWords(facts: ItemFacts, collector: Collector): void {
  if (facts.says("credentials")) collector.add("asks_credentials", "asks for a password or account details");
  if (facts.says("giftCards"))
    collector.add("asks_untraceable_payment", "asks for gift cards or money that cannot be traced");
}

/** Commands to an assistant, in what a person sees and in what they do not. */
function addCommands(facts: ItemFacts, context: TriageContext, collector: Collector): Sentence | null {
  const hidden = rawText(facts.item.hiddenText);
  const raw = facts.text;
  const deep = raw.length > 4000 && !facts.mass ? readText(raw, context.vocabulary, deepTextLimit) : facts.reading;
  if (hidden !== "") {
    const reading = readText(hidden, context.vocabulary);
    if (findCommand(reading, hidden) !== null || holds(reading, "credentials"))
      collector.add("hidden_command", "hides commands in invisible text");
    else if (!facts.mass) collector.add("hidden_text", "holds text that cannot be seen");
  }
  const fromSubject = findCommand(facts.subjectReading, facts.subject);
  const found = fromSubject ?? findCommand(deep, raw);
  if (found === null) return null;
  if (found.kind === "leak")
    collector.add("asks_to_leak", found.reason, { strength: pointsElsewhere(facts, found.sentence) ? 1.5 : 1 });
  else collector.add("assistant_command", found.reason, { strength: facts.mass ? 0.5 : 1 });
  return found.sentence;
}

/** Whether the sentence names an address or link that is not the sender's own: where the secrets would go. */
function pointsElsewhere(facts: ItemFacts, sentence: Sentence): boolean {
  const own = facts.from?.address ?? "";
  const named =
    sentence.text.match(/[^\s@<>"']+@[^\s@<>"',;]+|https?:\/\/\S+|\b[\w-]+\.(?:com|net|org|example|io)\b/gi) ?? [];
  return named.some((one) => !own.endsWith(one.toLowerCase().replace(/[.,;]$/, "")));
}

function hostOf(address: string): string {
  return address.slice(address.lastIndexOf("@") + 1);
}
