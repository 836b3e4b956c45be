import { z } from "zod";
import { untrustedSchema } from "../core/item.ts";
import type { Store } from "./open-store.ts";

const row = z
  .object({
    id: z.number(),
    title: untrustedSchema,
    sent_at: z.string().nullable(),
    mirror: z.string().nullable(),
    path: z.string().nullable(),
  })
  .transform((one) => ({ itemId: one.id, title: one.title, at: one.sent_at, mirror: one.mirror, path: one.path }));
/** A document by name. `mirror` is its path under `drive/`; `path` where an import found it. */
export type ListedDocument = z.output<typeof row>;

/** Every document there is, the newest first, without its text. A file that is in the Drive mirror has its path there. */
export async function listDocuments(store: Store): Promise<ListedDocument[]> {
  return store.read.all(
    row,
    `SELECT i.id, i.subject AS title, i.sent_at, min(m.path) AS mirror, min(g.path) AS path
     FROM items i LEFT JOIN sightings g ON g.item_id = i.id
     LEFT JOIN mirrors m ON m.source_id = g.source_id AND m.external_id = g.external_id AND m.kind = 'drive' AND m.gone_at IS NULL
     WHERE i.kind = 'document' AND i.superseded_by IS NULL GROUP BY i.id ORDER BY i.id DESC`,
  );
}
