import { holds } from "../read-text.ts";
import type { Collector } from "./collector.ts";
import type { ItemFacts } from "./read-item.ts";

/**
 * Where a message comes from and what kind of mass or machine mail it is: list, bulk, auto-submitted, no-reply, newsletter,
 * marketing, receipt, shipping, code, notification, out of office, bounce. Receipts and such count for machines and strangers
 * only: a known person may write "your order".
 */
export function addSourceSignals(facts: ItemFacts, collector: Collector): void {
  const { item, mass, machine } = facts;
  if (item.mail === null) return;
  if (facts.viaList && !mass) collector.add("mailing_list", "came through a mailing list");
  if (mass) collector.add("bulk", "sent to many at once");
  const auto = item.mail.autoSubmitted;
  if (auto !== null && !/^no\b/i.test(auto)) collector.add("auto_submitted", "sent by a machine");
  addLabels(facts, collector);
  if (item.mail.dsn || (/^(?:mailer-daemon|postmaster)@/.test(facts.from?.address ?? "") && facts.says("bounce"))) {
    collector.add("bounce", "a message of yours could not be delivered", { vetoes: true });
    return;
  }
  if (machine) collector.add("no_reply", "from an address that reads no answers");
  if (facts.says("outOfOffice") && (auto !== null || facts.reading.wordCount < 120) && !facts.says("question"))
    collector.add("out_of_office", "an automatic out-of-office answer");
  if (!mass && !machine && facts.known) return;
  addKinds(facts, collector);
  if (!facts.known && !machine && pitches(facts))
    collector.add("outreach", "a sales pitch from somebody you do not know");
}

/** Gmail's label, Takeout's in the six languages, and the folders of other programs. */
const trashNames = /^(?:trash|bin|deleted(?: items| messages)?|papierkorb|corbeille|papelera|cestino|lixeira|lixo)$/i;

/** What the mail service and the owner themselves think of a message. */
function addLabels({ item, known }: ItemFacts, collector: Collector): void {
  if (!known && item.labels.some((label) => /^(?:spam|junk)\b/i.test(label)))
    collector.add("spam_folder", "your mail service put it into Spam");
  if (item.labels.some((label) => trashNames.test(label))) collector.add("thrown_away", "you threw it away");
  if (item.labels.some((label) => /^(?:starred|flagged)$/i.test(label))) collector.add("starred", "you starred it");
}

/** Two phrases of cold outreach in a stranger's letter; one where it also brings a link, or greets nobody in particular. */
function pitches(facts: ItemFacts): boolean {
  if (!facts.says("outreach")) return false;
  const sentences = [...facts.reading.sentences, ...facts.subjectReading.sentences];
  const said = sentences.filter((sentence) => holds(sentence, "outreach")).length;
  return said > 1 || (facts.item.mail?.links.length ?? 0) > 0 || facts.reading.wordCount < 40;
}

function addKinds(facts: ItemFacts, collector: Collector): void {
  const automatic = facts.mass || facts.machine || !facts.item.mail?.inReplyTo;
  if (!automatic) return;
  if (
    facts.says("code") &&
    /\b(?:\d[ -]?){4,8}\b|\b[A-Z0-9]{6,8}\b/.test(`${facts.subject}\n${facts.text.slice(0, 1500)}`)
  )
    collector.add("code", "a one-time code");
  if (facts.says("receipt") && !facts.says("overdue")) collector.add("receipt", "a receipt or order confirmation");
  if (facts.says("shipping") && facts.machine) collector.add("shipping", "a delivery update");
  if (facts.says("newsletter")) collector.add("newsletter", "a newsletter");
  if (advertises(facts)) collector.add("marketing", "advertising");
  if (facts.says("notification") && (facts.machine || facts.mass))
    collector.add("notification", "a notification of a service");
}

/** One advertising word does not make a stranger's letter an advertisement; two sentences, a subject or many links do. */
function advertises(facts: ItemFacts): boolean {
  if (!facts.says("marketing")) return false;
  if (
    facts.mass ||
    facts.machine ||
    holds(facts.subjectReading, "marketing") ||
    /!!|\s{3,}\S+$|^adv\b/i.test(facts.subject)
  )
    return true;
  const sentences = facts.reading.sentences.filter(
    (sentence) => holds(sentence, "marketing") || holds(sentence, "newsletter"),
  );
  return sentences.length > 1 || (facts.item.mail?.links.length ?? 0) > 1;
}
