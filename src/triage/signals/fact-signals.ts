import { holds, type Sentence } from "../read-text.ts";
import type { Collector } from "./collector.ts";
import type { ItemFacts } from "./read-item.ts";

/** Facts for the owner's papers (new number, plate, policy, address, certificate) and money that is due. Returns their sentences. */
export function addFactSignals(
  facts: ItemFacts,
  collector: Collector,
): { fact: Sentence | null; payment: Sentence | null } {
  const advertised = facts.mass || collector.names.has("marketing") || collector.names.has("newsletter");
  const fact = advertised ? null : findFact(facts);
  if (fact !== null) collector.add("document_fact", "tells a fact for your papers", { vetoes: true });
  const payment =
    facts.reading.sentences.find((sentence) => holds(sentence, "overdue") || holds(sentence, "paymentDue")) ?? null;
  if (advertised) return { fact, payment: null };
  const late = facts.says("overdue");
  if (collector.names.has("receipt") && !late) return { fact, payment: null };
  if (late && (facts.says("money") || facts.says("paymentDue")))
    collector.add("overdue", "says a payment is overdue", { vetoes: true });
  else if (facts.says("paymentDue")) collector.add("payment_due", "about a payment", { vetoes: hasAmount(facts) });
  return { fact, payment };
}

/** A fact needs more than its word: a number or code beside it, an attached file, or "new/changed" before it in a short note. */
function findFact(facts: ItemFacts): Sentence | null {
  const update = facts.known && facts.says("recordUpdate");
  if (!update && !facts.says("documentFact")) return null;
  const attached = facts.item.attachmentNames.length > 0;
  for (const sentence of facts.reading.sentences) {
    if (sentence.asks) continue;
    if (update && holds(sentence, "recordUpdate") && /\d/.test(sentence.text)) return sentence;
    if (!holds(sentence, "documentFact") || (holds(sentence, "request") && !holds(sentence, "recordUpdate"))) continue;
    if (attached || /\d{2,}|\b[A-Z]{1,3}[ -]?[A-Z]{0,2}[ -]?\d{2,}/.test(sentence.text)) return sentence;
  }
  return attached ? (facts.subjectReading.sentences.find((sentence) => holds(sentence, "documentFact")) ?? null) : null;
}

function hasAmount(facts: ItemFacts): boolean {
  return /(?:[€$£]|eur|usd|chf|gbp)\s?\d|\d[\d.,]*\s?(?:[€$£]|eur\b|usd\b|chf\b)/i.test(facts.text);
}
