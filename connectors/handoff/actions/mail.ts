import { z } from "zod";
import { blankPreview } from "../../../src/core/action.ts";
import { emailIdentity, isPlainMailbox } from "../../../src/core/identity.ts";
import { findAddress } from "../../../src/formats/contacts/find-address.ts";
import { defineHandOff } from "../define-hand-off.ts";
import { cleanLine, cleanParagraph, line, paragraph } from "../fields.ts";

/** Mail programs take about 2,000 characters of a link; a longer mail is a file (`files.write_mail`). */
const longest = 1_200;

const recipientSchema = z.strictObject({
  address: z
    .string()
    .max(320)
    .refine((text) => emailIdentity(text)?.value === text && isPlainMailbox(text), "This is no mail address."),
  name: z.union([z.literal(""), line(200)]),
});

/** A mail, written and addressed in the owner's own mail program; the owner presses send. */
export const mail = defineHandOff({
  name: "handoff.mail",
  tier: "draft",
  description: "Open the owner's mail program with a short mail written, to addresses or names in contacts.csv.",
  ask: z.strictObject({
    to: z.array(z.string().min(1).max(320)).min(1).max(10),
    cc: z.array(z.string().min(1).max(320)).max(10).optional(),
    subject: z.string().min(1).max(200),
    text: z.string().min(1).max(longest),
    thread: z.int().positive().optional(),
  }),
  input: z.strictObject({
    to: z.array(recipientSchema).min(1).max(10),
    cc: z.array(recipientSchema).max(10),
    subject: line(200),
    text: paragraph(longest),
    threadId: z.int().positive().nullable(),
  }),
  resolve: async (ask, look) => {
    const find = async (wanted: readonly string[]) =>
      Promise.all(
        wanted.map(async (one) => {
          const { address, name } = await findAddress(one, "email", look);
          return { address, name: cleanLine(name).slice(0, 200) };
        }),
      );
    return {
      to: await find(ask.to),
      cc: await find(ask.cc ?? []),
      subject: cleanLine(ask.subject),
      text: cleanParagraph(ask.text),
      threadId: ask.thread ?? null,
    };
  },
  preview: async (input) => {
    const url = mailLink(input);
    return {
      ...blankPreview,
      title: `Mail to ${input.to.map(({ name, address }) => (name === "" ? address : name)).join(", ")}`,
      recipients: [
        ...input.to.map((one) => ({ role: "to" as const, channel: "mail" as const, ...one })),
        ...input.cc.map((one) => ({ role: "cc" as const, channel: "mail" as const, ...one })),
      ],
      fields: [{ label: "Subject", value: input.subject }],
      text: input.text,
      consequences: ["Your mail program opens with this mail written; it leaves when you press send there."],
      about: { threadId: input.threadId, itemIds: [] },
      handOff: { url, steps: [{ title: "Press send in your mail program", url, values: [] }] },
    };
  },
  edit: {
    read: ({ subject, text }) => ({ subject, text }),
    apply: (input, { subject, text }) => ({
      ...input,
      subject: subject === undefined ? input.subject : cleanLine(subject),
      text: text === undefined ? input.text : cleanParagraph(text),
    }),
  },
});

/** Source: RFC 6068 §2, §5: everything percent-encoded, line breaks as %0D%0A, commas between addresses. */
function mailLink(input: {
  to: readonly { address: string }[];
  cc: readonly { address: string }[];
  subject: string;
  text: string;
}): string {
  const addresses = (list: readonly { address: string }[]): string =>
    list
      .map(({ address }) =>
        address
          .split(/@(?=[^@]*$)/)
          .map(encodeURIComponent)
          .join("@"),
      )
      .join(",");
  const fields = [
    ...(input.cc.length === 0 ? [] : [`cc=${addresses(input.cc)}`]),
    `subject=${encodeURIComponent(input.subject)}`,
    `body=${encodeURIComponent(input.text.replaceAll("\n", "\r\n"))}`,
  ];
  return `mailto:${addresses(input.to)}?${fields.join("&")}`;
}
