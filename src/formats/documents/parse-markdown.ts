import type { ParsedRecord, RawRecord } from "../../core/record.ts";
import { decodeBytes, guessedLetters } from "./decode-bytes.ts";
import { readFrontMatter } from "./read-front-matter.ts";
import { toDocumentItem } from "./to-document-item.ts";

/**
 * A Markdown document. Its title is the front matter's `title`, else the first heading, else the file's name; `tags` of the
 * front matter are labels. The text is the whole document, front matter included. Contract: never throws.
 */
export async function parseMarkdown(record: RawRecord): Promise<ParsedRecord> {
  const { text, guessed } = decodeBytes(record.bytes);
  const { data, body, problem } = readFrontMatter(text);
  const title = plainText(data?.["title"]) || firstHeading(body);
  const problems = problem === null ? [] : [problem];
  if (guessed) problems.push(guessedLetters);
  return toDocumentItem(record, {
    title,
    text: text.replace(/^\ufeff/, ""),
    labels: readTags(data?.["tags"]),
    problems,
  });
}

function firstHeading(body: string): string {
  const head = body.slice(0, 20_000).replace(/^(```|~~~)[\s\S]*?^\1/gm, "");
  const atx = /^ {0,3}#{1,6}[ \t]+(\S.*)$/m.exec(head);
  const setext = /^(\S[^\r\n]{0,300})\r?\n={3,}[ \t]*$/m.exec(head);
  const found =
    setext !== null && (atx === null || setext.index < atx.index)
      ? setext[1]
      : atx?.[1]?.trimEnd().replace(/(?<!#)#+$/, "");
  return (found ?? "").replace(/[*_`]+/g, "").trim();
}

function readTags(tags: unknown): string[] {
  const list = Array.isArray(tags) ? tags : plainText(tags).split(",");
  return list
    .map(plainText)
    .map((tag) => tag.trim())
    .filter((tag) => tag !== "")
    .slice(0, 50);
}

function plainText(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}
