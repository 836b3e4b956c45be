import type { DraftItem } from "../../src/core/item.ts";
import type { RecordHints } from "../../src/core/record.ts";
import { parseMail } from "../../src/formats/mail/parse-mail.ts";

/** The item of one mail, given as text (LF or CRLF) or bytes. */
export async function mailItem(source: string | Uint8Array, hints: RecordHints = {}): Promise<DraftItem> {
  const bytes = typeof source === "string" ? new Uint8Array(Buffer.from(source)) : source;
  const parsed = await parseMail({
    format: "mail",
    externalId: "x1",
    bytes,
    hints,
    locator: { path: "/mail", offset: 0 },
  });
  const item = parsed.items[0];
  if (item === undefined || parsed.items.length !== 1) throw new Error("parseMail must give one item");
  return item;
}
