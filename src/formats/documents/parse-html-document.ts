import type { ParsedRecord, RawRecord } from "../../core/record.ts";
import { htmlToText } from "../html/html-to-text.ts";
import { decodeBytes } from "./decode-bytes.ts";
import { toDocumentItem } from "./to-document-item.ts";

/** A saved web page or exported document: what a person would see of it. Contract: never throws, loads nothing. */
export async function parseHtmlDocument(record: RawRecord): Promise<ParsedRecord> {
  const head = new TextDecoder("latin1").decode(record.bytes.subarray(0, 2048));
  const charset = /<meta[^>]{0,200}charset\s*=\s*["']?([\w-]{2,40})/i.exec(head)?.[1];
  const utf8 = decodeBytes(record.bytes);
  const html = utf8.guessed && charset !== undefined ? decodeBytes(record.bytes, charset).text : utf8.text;
  const { text, hidden, truncated } = htmlToText(html);
  const problems = truncated ? ["The page is too long; only its beginning was read."] : [];
  return toDocumentItem(record, { title: titleOf(html), text, hiddenText: hidden, problems });
}

function titleOf(html: string): string {
  const title = /<title[^>]{0,200}>([^<]{0,500})/i.exec(html.slice(0, 100_000))?.[1] ?? "";
  return htmlToText(title).text;
}
