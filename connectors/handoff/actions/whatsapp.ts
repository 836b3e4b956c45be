import { z } from "zod";
import { blankPreview } from "../../../src/core/action.ts";
import { findAddress } from "../../../src/formats/contacts/find-address.ts";
import { defineHandOff } from "../define-hand-off.ts";
import { cleanLine, cleanParagraph, line, paragraph } from "../fields.ts";

/** A longer text makes a link that phones and browsers cut. */
const longest = 1_500;
/** How a chat export's name is shown as an address. */
const chatName = /^whatsapp:/;

/** A WhatsApp message, written and addressed; the owner presses send. */
export const whatsapp = defineHandOff({
  name: "handoff.whatsapp",
  tier: "draft",
  description: "Open WhatsApp with a message written to one person, by number or by their name in contacts.csv.",
  ask: z.strictObject({
    to: z.string().min(1).max(200),
    text: z.string().min(1).max(longest),
    thread: z.int().positive().optional(),
  }),
  input: z.strictObject({
    phone: z.string().regex(/^\+[1-9]\d{6,14}$/),
    name: z.union([z.literal(""), line(200)]),
    text: paragraph(longest),
    threadId: z.int().positive().nullable(),
  }),
  resolve: async (ask, look) => {
    const { address, name } = await findAddress(ask.to.replace(chatName, ""), "phone", look);
    return {
      phone: address,
      name: cleanLine(name).slice(0, 200),
      text: cleanParagraph(ask.text),
      threadId: ask.thread ?? null,
    };
  },
  preview: async (input) => {
    const url = whatsappLink(input.phone, input.text);
    return {
      ...blankPreview,
      title: `WhatsApp to ${input.name === "" ? input.phone : input.name}`,
      recipients: [{ role: "to", channel: "whatsapp", address: input.phone, name: input.name }],
      text: input.text,
      consequences: ["WhatsApp opens with this text written; it leaves when you press send there."],
      about: { threadId: input.threadId, itemIds: [] },
      handOff: {
        url,
        steps: [{ title: "Press send in WhatsApp", url, values: [{ label: "Text", value: input.text }] }],
      },
    };
  },
  edit: {
    read: (input) => ({ text: input.text }),
    apply: (input, { text }) => ({ ...input, text: text === undefined ? input.text : cleanParagraph(text) }),
  },
});

/** Source: https://faq.whatsapp.com/5913398998672934 (click to chat: digits only, no plus, text percent-encoded) */
function whatsappLink(phone: string, text: string): string {
  return `https://wa.me/${phone.slice(1)}?text=${encodeURIComponent(text)}`;
}
