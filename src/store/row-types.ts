import { z } from "zod";

/** A column that holds JSON; pipe it into the schema of what it holds. Text that is no JSON throws, as a foreign hand's work. */
export const jsonText = z.string().transform((text): unknown => JSON.parse(text));

/** A column that is 0 or 1, as a boolean. */
export const flag = z.number().transform((value) => value === 1);
