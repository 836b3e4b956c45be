import { z } from "zod";

/**
 * How far a mirror is, and what it knows of the folder: enough to say which files a deleted or moved folder took along,
 * because Drive does not. Ids are Drive's own; names are safe names.
 */
export const driveCursor = z.strictObject({
  v: z.literal(1),
  /** The chosen folder, and its shared drive when it is in one. */
  root: z.string(),
  drive: z.string().nullable(),
  /** Where the feed of changes goes on. */
  token: z.string(),
  /** Folders still to be listed, with the token of the next page, and whether only what is new in it counts. */
  list: z.array(z.tuple([z.string(), z.string().nullable(), z.boolean()])),
  /** Folders to be listed once more, with when they were listed first (ms): a list lags behind what was just made. */
  again: z.array(z.tuple([z.string(), z.number()])),
  /** Files still to be fetched. */
  fetch: z.array(z.string()),
  /** Folders by id: the one they are in (null: the chosen one), their name, the shortcut they were reached by. */
  folders: z.record(z.string(), z.tuple([z.string().nullable(), z.string(), z.string().nullable()])),
  /** Files by id: their folder, their name, and what they stand for when they are a shortcut. */
  files: z.record(z.string(), z.tuple([z.string(), z.string(), z.string().nullable()])),
  /** The full list is still to be told, because this reading began anew. */
  anew: z.boolean(),
});
export type DriveCursor = z.output<typeof driveCursor>;
