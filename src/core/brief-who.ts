import type { Channel } from "./item.ts";
import { rawText, type Untrusted } from "./untrusted.ts";

const documents: readonly Channel[] = ["drive", "notion", "web"];

/** Whom or what an item is recognised by: who wrote it, a document's title, else the owner. Contract: pure. */
export function briefWho(item: { channel: Channel; sender: Untrusted; subject: Untrusted }): Untrusted | string {
  if (documents.includes(item.channel) && rawText(item.subject).trim() !== "") return item.subject;
  return rawText(item.sender) === "" ? "you" : item.sender;
}
