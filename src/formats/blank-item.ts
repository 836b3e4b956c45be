import type { Channel, DraftItem, ItemKind } from "../core/item.ts";
import { untrusted } from "../core/untrusted.ts";

/** A draft item with every field empty, for the parsers of all kinds but mail to fill in. */
export function blankItem(kind: ItemKind, channel: Channel, externalId: string): DraftItem {
  const empty = untrusted("");
  return {
    kind,
    channel,
    externalId,
    providerId: null,
    messageId: null,
    fingerprint: "",
    threadKeys: [],
    threadTitle: empty,
    group: false,
    sentAt: null,
    sentEvidence: false,
    parties: [],
    subject: empty,
    text: empty,
    quoted: empty,
    signature: empty,
    hiddenText: empty,
    labels: [],
    attachments: [],
    mail: null,
    event: null,
    contact: null,
    partial: false,
    problems: [],
  };
}
