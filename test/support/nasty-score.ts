import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import PostalMime from "postal-mime";
import { z } from "zod";
import { emailIdentity } from "../../src/core/identity.ts";
import type { DraftItem } from "../../src/core/item.ts";
import { rawText } from "../../src/core/untrusted.ts";
import { parseMail } from "../../src/formats/mail/parse-mail.ts";
import { readTar } from "./tar.ts";

export const fields = ["subject", "from", "mid", "date", "att", "text"] as const;
export type Field = (typeof fields)[number];
const rowSchema = z.object({
  file: z.string(),
  expect: z.object({
    subject: z.string().optional(),
    from: z.string().optional(),
    mid: z.string().optional(),
    date: z.number().nullable().optional(),
    att: z.array(z.string()).optional(),
    text: z.string().optional(),
  }),
});
type Answer = Record<Field, string>;

const squeeze = (text: string): string => text.replace(/[\s\p{Cc}\p{Cf}]+/gu, "");
const bare = (id: string | undefined): string => (id ?? "").replace(/\s+/g, "").replace(/^<|>$/g, "");
const address = (text: string): string => emailIdentity(text)?.value ?? text.toLowerCase();

async function postalAnswer(bytes: Uint8Array): Promise<Answer> {
  try {
    const mail = await PostalMime.parse(bytes);
    const ms = Date.parse(mail.date ?? "");
    return {
      subject: squeeze(mail.subject ?? ""),
      from: address(mail.from?.address ?? ""),
      mid: bare(mail.messageId),
      date: Number.isNaN(ms) ? "" : String(Math.floor(ms / 1000)),
      att: mail.attachments
        .map((file) => file.filename ?? "")
        .filter((name) => name !== "")
        .sort()
        .join("|"),
      text: squeeze(mail.text ?? ""),
    };
  } catch {
    return { subject: "", from: "", mid: "", date: "", att: "", text: "" };
  }
}

function ourAnswer(item: DraftItem, wantedNames: string[]): Answer {
  const name = (file: DraftItem["attachments"][number]): string => rawText(file.name);
  return {
    subject: squeeze(rawText(item.subject)),
    from: item.parties.find((party) => party.role === "from")?.identity.value ?? "",
    mid: item.messageId ?? "",
    date: item.sentAt === null ? "" : String(Math.floor(Date.parse(item.sentAt) / 1000)),
    att: item.attachments
      .filter((file) => file.mediaType !== "message/rfc822" || wantedNames.includes(name(file)))
      .map(name)
      .filter((text) => text !== "")
      .sort()
      .join("|"),
    text: squeeze([item.text, item.quoted, item.signature].map(rawText).join("")),
  };
}

function wanted(row: z.output<typeof rowSchema>): Partial<Answer> {
  const { subject, from, mid, date, att, text } = row.expect;
  return {
    ...(subject === undefined ? {} : { subject: squeeze(subject) }),
    ...(from === undefined ? {} : { from: address(from) }),
    ...(mid === undefined ? {} : { mid: bare(mid) }),
    ...(date === undefined || date === null ? {} : { date: String(date) }),
    ...(att === undefined
      ? {}
      : {
          att: att
            .filter((name) => name !== "")
            .sort()
            .join("|"),
        }),
    ...(text === undefined ? {} : { text: squeeze(text) }),
  };
}

/** A subject in raw bytes of an undeclared legacy charset: each parser guesses another one. */
function isRawLegacy(bytes: Buffer): boolean {
  const header = bytes.toString("latin1").split(/\r?\n\r?\n/)[0] ?? "";
  return /^subject:.*[\x80-\xff]/im.test(header);
}

export interface NastyScore {
  files: number;
  /** How often each field was wrong, of our parser and of postal-mime alone. */
  ours: Record<Field, number>;
  postal: Record<Field, number>;
}

/** Compares every field of the nasty MIME files in `folder` with what other parsers agree on. */
export async function scoreNasty(folder: string): Promise<NastyScore> {
  const files = new Map(
    readTar(join(folder, "nasty.tar.gz")).map((entry) => [entry.name.replace(/^\.\//, ""), entry.bytes]),
  );
  const lines = gunzipSync(readFileSync(join(folder, "expected.jsonl.gz")))
    .toString("utf8")
    .split("\n");
  const zero = { subject: 0, from: 0, mid: 0, date: 0, att: 0, text: 0 };
  const score: NastyScore = { files: 0, ours: { ...zero }, postal: { ...zero } };
  for (const line of lines.filter((row) => row !== "")) {
    const row = rowSchema.parse(JSON.parse(line));
    const bytes = files.get(row.file);
    if (bytes !== undefined) await scoreFile(row, bytes, score);
  }
  return score;
}

async function scoreFile(row: z.output<typeof rowSchema>, bytes: Buffer, score: NastyScore): Promise<void> {
  const record = {
    format: "mail",
    externalId: row.file,
    hints: {},
    locator: { path: row.file, offset: null },
  } as const;
  const [item] = (await parseMail({ ...record, bytes: new Uint8Array(bytes) })).items;
  if (item === undefined) throw new Error(`parseMail gave nothing for ${row.file}`);
  const ours = ourAnswer(item, row.expect.att ?? []);
  const postal = await postalAnswer(new Uint8Array(bytes));
  const right = wanted(row);
  score.files += 1;
  for (const field of fields) {
    const truth = right[field];
    if (truth === undefined || !isComparable(field, truth, { bytes, item, ours })) continue;
    const same = (answer: string): boolean => answer === truth || (field === "text" && sameText(answer, truth));
    if (!same(ours[field])) score.ours[field] += 1;
    if (!same(postal[field])) score.postal[field] += 1;
  }
}

function isComparable(field: Field, truth: string, of: { bytes: Buffer; item: DraftItem; ours: Answer }): boolean {
  // An expected value that lost characters itself cannot tell right from wrong; we list what is in a winmail.dat.
  if (truth.includes("\ufffd") || (field === "att" && truth.includes("winmail.dat"))) return false;
  if (field === "subject" && isRawLegacy(of.bytes)) return false;
  // A plain part that is a fraction of the HTML is passed over on purpose.
  if (field === "text" && of.item.mail?.htmlBytes !== 0 && of.ours.text.length > truth.length * 4) return false;
  // Text of HTML that has no plain part, and dates our contract refuses, are ours alone: nothing to compare.
  if (field === "text" && truth === "" && of.item.mail?.htmlBytes !== 0) return false;
  return field !== "date" || (Number(truth) >= 0 && Number(truth) < 7_258_118_400);
}

/** Quoted history is stored apart, so what counts is that the expected characters are there, in pieces of twenty. */
function sameText(answer: string, truth: string): boolean {
  const pieces = truth.match(/.{1,20}/gsu) ?? [];
  return pieces.filter((piece) => answer.includes(piece)).length * 2 >= pieces.length;
}
