import { z } from "zod";
import { digestSchema } from "./digest.ts";
import { weekSchema } from "./week.ts";

/** Something in the days to come: an event of the calendar. `title` is text others wrote; instants are UTC ISO-8601. */
export const aheadSchema = z.strictObject({
  threadId: z.number().int(),
  title: z.string(),
  startsAt: z.string(),
  endsAt: z.string(),
});

/** What the page's Today shows: the digest as it stands, the week behind in numbers, the week ahead in events. */
export const briefingSchema = z.strictObject({
  digest: digestSchema,
  week: weekSchema,
  ahead: z.array(aheadSchema),
});
export type Briefing = z.output<typeof briefingSchema>;
