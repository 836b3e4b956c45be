import { rawText } from "../../core/untrusted.ts";
import { holds } from "../read-text.ts";
import type { TriageContext } from "../triage-context.ts";
import type { Collector } from "./collector.ts";
import type { ItemFacts } from "./read-item.ts";

const manyRecipients = 4;
const attributionCharacters = 400;

/** Who wrote to whom: known or first contact, how often the owner writes and answers, To or Cc, alone or among many, by name. */
export function addRelationSignals(
  facts: ItemFacts,
  group: boolean,
  context: TriageContext,
  collector: Collector,
): void {
  addSender(facts, collector);
  if (facts.item.channel === "mail") addAddressing(facts, collector);
  else if (facts.item.kind === "message") {
    if (group) collector.add("group_chat", "in a group chat");
    else collector.add("direct_chat", "to you directly");
    if (facts.talksWithOwner && !facts.known) collector.add("known_person", "you write with them", { vetoes: true });
  }
  if (namesOwner(facts, group, context)) collector.add("names_owner", "calls you by name");
  const quoted = whomItQuotes(facts, context);
  if (quoted === "owner") collector.add("quotes_owner", "answers words of yours");
  else if (quoted === "other") collector.add("quotes_other", "answers somebody else");
}

function addSender({ from, known, mass, machine, talksWithOwner }: ItemFacts, collector: Collector): void {
  if (from === null) return;
  if (known) {
    const times = from.writtenTo;
    const reason = times > 0 ? `you wrote to them ${times === 1 ? "once" : `${times} times`}` : "in your contacts";
    collector.add("known_person", reason, { vetoes: !mass && !machine });
    if (from.inContacts) collector.add("in_contacts", "in your contacts");
    if (times > 0) collector.add("written_often", reason, { strength: Math.log2(1 + times) / 4 });
  } else if (!mass && !talksWithOwner) collector.add("first_contact", "you never wrote to them");
  const { received, answered } = from.exchange ?? { received: 0, answered: 0 };
  if (received > 0)
    collector.add("answers_usually", `you answered ${answered} of their ${received}`, {
      strength: (answered + 0.6) / (received + 2),
    });
}

function addAddressing(facts: ItemFacts, collector: Collector): void {
  if (facts.ownerRole === "to") collector.add("to_owner", "addressed to you");
  else if (facts.ownerRole === "cc") collector.add("cc_owner", "you are in copy");
  else collector.add("not_addressed", "not addressed to you");
  if (facts.direct) collector.add("sole_recipient", "written to you alone");
  const alone = facts.ownerRole === "to" && !facts.others.some((party) => party.role === "to");
  if (alone && !facts.direct) collector.add("alone_in_to", "you alone are addressed, others are in copy");
  const starts = facts.item.mail?.inReplyTo == null && facts.ownerRole === "to" && !facts.mass && !facts.machine;
  if (starts) collector.add("starts_with_you", "begins a conversation with you");
  if (facts.recipientCount > manyRecipients)
    collector.add("many_recipients", `${facts.recipientCount} recipients`, {
      strength: Math.log2(facts.recipientCount / manyRecipients),
    });
}

/** The owner's given name in the greeting; in a group, anywhere. */
function namesOwner(facts: ItemFacts, group: boolean, context: TriageContext): boolean {
  if (context.ownerNames.size === 0) return false;
  const sentences = group ? facts.reading.sentences : facts.reading.sentences.slice(0, 2);
  const reach = group ? Number.POSITIVE_INFINITY : 8;
  const copied = facts.ownerRole === "cc";
  return sentences.some((sentence, index) => {
    // "Lucy, can you? Clara is in copy" speaks of the owner, not to them.
    if (copied && index > 0 && !sentence.asks && !holds(sentence, "request")) return false;
    return sentence.words.slice(0, reach).some((word) => context.ownerNames.has(word));
  });
}

/** "On Monday Clara Weiss wrote:" before the quoted part, by name or address: whose words a message answers. */
function whomItQuotes(facts: ItemFacts, context: TriageContext): "owner" | "other" | null {
  const quoted = rawText(facts.item.quoted).slice(0, attributionCharacters).toLowerCase();
  if (quoted === "" || quoted.startsWith(">")) return null;
  const end = quoted.indexOf("\n>");
  const attribution = end < 0 ? quoted : quoted.slice(0, end);
  if (context.owner.identities.some((identity) => attribution.includes(identity))) return "owner";
  return context.owner.names.some((name) => name.length > 2 && attribution.includes(name.toLowerCase()))
    ? "owner"
    : "other";
}
