import { z } from "zod";
import type { HandOff } from "../../src/core/action.ts";
import { StewardError } from "../../src/core/errors.ts";
import { readPublicUrl } from "../../src/core/public-url.ts";
import { forScreen } from "../../src/core/untrusted.ts";

const hidden = "Invisible and control characters are not allowed.";
const asked = (most: number) => z.string().min(1).max(most);

/** One line a person reads, as approved: with nothing in it that cannot be seen. */
export const line = (most: number) => asked(most).refine((text) => cleanLine(text) === text, hidden);
/** As `line`, with line breaks. */
export const paragraph = (most: number) => asked(most).refine((text) => cleanParagraph(text) === text, hidden);

/** What was asked for as one line that can be seen whole. */
export function cleanLine(text: string): string {
  return forScreen(text).trim();
}

/** As `cleanLine`, with its line breaks. */
export function cleanParagraph(text: string): string {
  return forScreen(text, { multiline: true }).trim();
}

/** What the owner is given to do: at most one link, and what is filled in there. */
export const stepAskSchema = z.strictObject({
  title: asked(200),
  url: asked(4_096).optional(),
  values: z
    .array(z.strictObject({ label: asked(80), value: asked(2_000) }))
    .max(30)
    .optional(),
});
export type StepAsk = z.output<typeof stepAskSchema>;

/** A link in its parsed form, so that what is shown is what opens. */
export const linkSchema = z
  .string()
  .max(12_288)
  .refine((text) => {
    const read = readPublicUrl(text);
    return "href" in read && read.href === text;
  }, "This is no link to a public web page, or not in its parsed form.");

export const valuesSchema = z.array(z.strictObject({ label: line(80), value: paragraph(2_000) })).max(30);
export const stepSchema = z.strictObject({ title: line(200), url: linkSchema.nullable(), values: valuesSchema });

/** The parsed form of a link. Errors: `usage`, with why it is refused. */
export function needUrl(text: string): string {
  const read = readPublicUrl(text);
  if ("href" in read) return read.href;
  throw new StewardError("usage", `This link is not one to open: ${read.reason}.`, {
    cure: "Give the https address of the page, as the browser shows it.",
  });
}

/** A step as it is approved. Errors: `usage`. */
export function toStep(ask: StepAsk): HandOff["steps"][number] {
  return {
    title: cleanLine(ask.title),
    url: ask.url === undefined ? null : needUrl(ask.url),
    values: (ask.values ?? []).map(({ label, value }) => ({ label: cleanLine(label), value: cleanParagraph(value) })),
  };
}
