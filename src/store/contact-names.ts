import { z } from "zod";
import { type Reading, sqlOf } from "./reading.ts";
import { jsonText } from "./row-types.ts";

const nameRow = z.object({
  name: z.string(),
  aliases: jsonText.pipe(z.array(z.string())),
  is_theirs: z.number(),
});

/**
 * What contacts.csv calls whoever has this exact address, number or handle, and what it calls everybody else; names of mails and
 * chats are not among them. Nobody is named where the address is in no row.
 */
export async function contactNames(reading: Reading, value: string): Promise<{ theirs: string[]; others: string[] }> {
  const rows = sqlOf(reading).all(
    nameRow,
    `SELECT r.name, r.aliases, EXISTS (SELECT 1 FROM contact_links l JOIN identities n ON n.id = l.identity_id
       WHERE l.contact_key = r.contact_key AND n.value = ?) AS is_theirs
     FROM contact_rows r ORDER BY r.row_number`,
    value,
  );
  const namesOf = (theirs: number): string[] =>
    rows
      .filter(({ is_theirs }) => is_theirs === theirs)
      .flatMap(({ name, aliases }) => [name, ...aliases])
      .filter((name) => name.trim() !== "");
  return { theirs: namesOf(1), others: namesOf(0) };
}
