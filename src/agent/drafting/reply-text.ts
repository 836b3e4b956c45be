import type { ModelReply } from "../../core/model.ts";

/** The text of an answer, without what else stands in it. */
export function replyText({ content }: ModelReply): string {
  return content.flatMap((part) => (part.kind === "text" ? [part.text] : [])).join("");
}
