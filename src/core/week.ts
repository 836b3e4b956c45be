import { z } from "zod";
import { channels } from "./item.ts";

const count = z.number().int().nonnegative();

/** The week in one screen without names, as `--json` gives it. `day` is the owner's local date; shares are 0..1, null of nothing. */
export const weekSchema = z.strictObject({
  version: z.literal(1),
  from: z.string(),
  to: z.string(),
  days: z.array(z.strictObject({ day: z.string(), received: count, sent: count })),
  channels: z.array(z.strictObject({ channel: z.enum(channels), received: count, sent: count })),
  personal: count,
  answered: count,
  answeredShare: z.number().nullable(),
  medianAnswerHours: z.number().nullable(),
  longestWaitingHours: z.number().nullable(),
  busiestHour: z.number().int().min(0).max(23).nullable(),
  promises: z.strictObject({ kept: count, open: count, overdue: count }),
});
export type Week = z.output<typeof weekSchema>;
