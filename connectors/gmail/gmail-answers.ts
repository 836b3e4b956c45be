import { z } from "zod";

/** Ids go into paths and cursors: what is none of Gmail's never gets there. */
const gmailId = z.string().regex(/^[\w-]{1,64}$/);
const number = z.coerce.number();

export const profileAnswer = z.object({
  emailAddress: z.string(),
  messagesTotal: number.default(0),
  historyId: z.coerce.string().regex(/^\d+$/),
});
export type Profile = z.output<typeof profileAnswer>;

export const listAnswer = z.object({
  messages: z.array(z.object({ id: gmailId })).default([]),
  nextPageToken: z.string().optional(),
});

export const labelsAnswer = z.object({
  labels: z.array(z.object({ id: z.string(), name: z.string() })).default([]),
});

/** A message without its body. `labelIds` is absent where it has none. */
export const messageAnswer = z.object({
  id: gmailId,
  threadId: gmailId,
  labelIds: z.array(z.string()).default([]),
  internalDate: number.default(0),
  sizeEstimate: number.default(0),
});
export const rawAnswer = messageAnswer.extend({ raw: z.string() });
export type RawMessage = z.output<typeof rawAnswer>;

export interface MessagePart {
  mimeType: string;
  headers: { name: string; value: string }[];
  body: { size: number; data?: string | undefined };
  parts: MessagePart[];
}
const messagePart: z.ZodType<MessagePart> = z.object({
  mimeType: z.string().default("application/octet-stream"),
  headers: z.array(z.object({ name: z.string(), value: z.string() })).default([]),
  body: z.object({ size: number.default(0), data: z.string().optional() }).default({ size: 0 }),
  get parts() {
    return z.array(messagePart).default([]);
  },
});
export const fullAnswer = messageAnswer.extend({ payload: messagePart });

const touched = z.object({ message: z.object({ id: gmailId, labelIds: z.array(z.string()).optional() }) });
const changed = touched.extend({ labelIds: z.array(z.string()).default([]) });
const historyRecord = z.object({
  messagesAdded: z.array(touched).default([]),
  messagesDeleted: z.array(touched).default([]),
  labelsAdded: z.array(changed).default([]),
  labelsRemoved: z.array(changed).default([]),
});
export type HistoryRecord = z.output<typeof historyRecord>;

/** `history` is absent when there is nothing new, on any page. */
export const historyAnswer = z.object({
  history: z.array(historyRecord).default([]),
  nextPageToken: z.string().optional(),
  historyId: z.coerce.string().regex(/^\d+$/),
});
export type HistoryPage = z.output<typeof historyAnswer>;
