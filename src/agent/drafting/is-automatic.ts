import type { ItemView } from "../../core/thread.ts";

const readsNoAnswers =
  /^(?:no[-_.]?reply|do[-_.]?not[-_.]?reply|noreply[^@]*|[^@]*[-_.+]no-?reply|keine-?antwort|ne-?pas-?repondre|no-?responder|non-?rispondere|nao-?responda|mailer-daemon|postmaster|bounces?[^@]*|notifications?|notify|newsletters?|automated|robot|daemon)@/i;

/**
 * Whether a message was sent by a machine, to a list, or to many alike, by its headers: such mail is never answered. Contract: pure;
 * chats have no such headers and are never automatic; looks at no text, which a sender chooses.
 */
export function isAutomatic(item: ItemView): boolean {
  const { mail } = item;
  if (mail === null) return false;
  const submitted = (mail.autoSubmitted ?? "no").trim();
  return (
    mail.dsn ||
    !/^no\b/i.test(submitted) ||
    mail.listId !== null ||
    mail.listUnsubscribe ||
    /bulk|list|junk|auto/i.test(mail.precedence ?? "") ||
    /^(?:<>)?$/.test(mail.returnPath?.trim() ?? "given") ||
    item.parties.some(({ role, address }) => (role === "from" || role === "reply_to") && readsNoAnswers.test(address))
  );
}
