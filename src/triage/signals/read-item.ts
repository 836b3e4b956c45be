import { type Authentication, readAuthentication } from "../../core/mail-authentication.ts";
import type { ItemView, PartyView, ThreadView } from "../../core/thread.ts";
import { rawText } from "../../core/untrusted.ts";
import { holds, type Reading, readText } from "../read-text.ts";
import type { TriageContext } from "../triage-context.ts";
import type { Category } from "../vocabulary.ts";

/** An item with its text read once and its headers understood; what the signal functions look at. */
export interface ItemFacts {
  item: ItemView;
  ms: number;
  from: PartyView | null;
  others: PartyView[];
  ownerRole: "to" | "cc" | "none";
  /** Recipients other than the sender, the owner included. */
  recipientCount: number;
  text: string;
  subject: string;
  reading: Reading;
  subjectReading: Reading;
  /** Mail that goes to many alike: newsletters, campaigns, machines. */
  mass: boolean;
  viaList: boolean;
  machine: boolean;
  direct: boolean;
  known: boolean;
  /** A chat between the two in which the owner wrote too: they know each other, whatever the chat calls them. */
  talksWithOwner: boolean;
  authentication: Authentication;
  says(category: Category): boolean;
}

const machineSender =
  /^(?:no[-_.]?reply|do[-_.]?not[-_.]?reply|noreply[^@]*|[^@]*[-_.+]no-?reply|notifications?|notify|mailer-daemon|postmaster|bounces?[^@]*|newsletters?|news|marketing|updates?|alerts?|automated|robot|daemon|root|cron|jenkins|buildbot|auto-?confirm|order-?update|shipment-?tracking)@/;

const bulkTextLimit = 1000;

/** Reads one item of a thread. Contract: linear in the text (at most 4,000 characters of it), pure, never throws. */
export function readItem(item: ItemView, thread: ThreadView, context: TriageContext): ItemFacts {
  const from =
    item.parties.find((party) => party.role === "from") ??
    item.parties.find((party) => party.role === "organizer") ??
    null;
  const others = item.parties.filter((party) => !party.isOwner && isRecipient(party));
  const ownerRole = roleOf(item);
  const subject = rawText(item.subject);
  const subjectReading = readText(subject, context.vocabulary);
  const mail = item.mail;
  const viaList =
    mail !== null &&
    (mail.listId !== null || mail.listUnsubscribe || /^(?:bulk|list|junk)/i.test(mail.precedence ?? ""));
  const machine = isMachine(item, from);
  const known = from?.known === true;
  const unasked = viaList && !known && (others.length === 0 || ownerRole === "none") && !isReply(item);
  // Bulk mail is known by its headers; its beginning tells what kind it is.
  const reading = readText(rawText(item.text).slice(0, unasked ? bulkTextLimit : undefined), context.vocabulary);
  const mass = unasked || (mail?.listUnsubscribe === true && !known && holds(reading, "newsletter"));
  return {
    item,
    ms: Date.parse(item.sentAt),
    from,
    others,
    ownerRole,
    recipientCount: item.parties.filter(isRecipient).length,
    text: rawText(item.text),
    subject,
    reading,
    subjectReading,
    mass,
    viaList,
    machine,
    direct:
      item.channel === "mail"
        ? ownerRole === "to" && others.length === 0 && !viaList
        : item.kind === "message" && !thread.group,
    known,
    talksWithOwner: item.channel !== "mail" && !thread.group && thread.items.some((other) => other.fromOwner),
    authentication: readAuthentication(mail?.authentication ?? null),
    says: (category) => holds(reading, category) || holds(subjectReading, category),
  };
}

function isRecipient(party: PartyView): boolean {
  return party.role === "to" || party.role === "cc" || party.role === "bcc" || party.role === "attendee";
}

function roleOf(item: ItemView): "to" | "cc" | "none" {
  let role: "to" | "cc" | "none" = "none";
  for (const party of item.parties) {
    if (!party.isOwner) continue;
    if (party.role === "to" || party.role === "attendee" || party.role === "bcc") return "to";
    if (party.role === "cc") role = "cc";
  }
  return role;
}

function isReply(item: ItemView): boolean {
  return item.mail !== null && (item.mail.inReplyTo !== null || item.mail.references.length > 0);
}

function isMachine(item: ItemView, from: PartyView | null): boolean {
  const auto = item.mail?.autoSubmitted ?? null;
  if (auto !== null && !/^no\b/i.test(auto)) return true;
  return item.mail?.dsn === true || (from !== null && machineSender.test(from.address));
}
