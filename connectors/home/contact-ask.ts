import { z } from "zod";
import { stewardColumns } from "../../src/formats/contacts/parse-steward-csv.ts";

const short = z.string().max(300);
const several = z.array(z.string().min(1).max(300)).max(20).optional();

/** Columns that hold one text; an empty one empties the cell. */
export const plainColumns = ["name", "organisation", "role", "relation", "language", "notes"] as const;
/** Columns that hold several values, separated by `;`. */
export const listColumns = ["aliases", "emails", "phones", "handles"] as const;

export const contactAskSchema = z.strictObject({
  /** An address, number or whole name in contacts.csv; null adds somebody. */
  person: z.string().min(1).max(300).nullable(),
  set: z
    .strictObject({
      name: short.optional(),
      organisation: short.optional(),
      role: short.optional(),
      relation: short.optional(),
      language: short.optional(),
      notes: z.string().max(2_000).optional(),
    })
    .optional(),
  add: z.strictObject({ aliases: several, emails: several, phones: several, handles: several }).optional(),
  remove: z.strictObject({ aliases: several, emails: several, phones: several, handles: several }).optional(),
});
export type ContactAsk = z.output<typeof contactAskSchema>;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

export const contactInputSchema = z.strictObject({
  /** SHA-256 of contacts.csv as it was looked at; null when there was none. */
  base: sha256.nullable(),
  /** SHA-256 of what it becomes: no other byte of it changes but what the cells say. */
  after: sha256,
  /** As a spreadsheet counts, the header is row 1; null adds a row. */
  row: z.int().min(2).nullable(),
  /** Who it is, for the title. */
  name: z.string().min(1).max(300),
  cells: z
    .array(z.strictObject({ column: z.enum(stewardColumns), from: z.string(), to: z.string().max(8_000) }))
    .min(1)
    .max(stewardColumns.length),
  /** Addresses, numbers and handles that no row had: they count as known from then on. */
  makesKnown: z.array(z.strictObject({ kind: z.enum(["email", "phone", "handle", "chatname"]), value: z.string() })),
});
export type ContactInput = z.output<typeof contactInputSchema>;
