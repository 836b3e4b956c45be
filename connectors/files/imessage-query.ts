import { DatabaseSync } from "node:sqlite";
import { z } from "zod";
import { StewardError, toStewardError } from "../../src/core/errors.ts";
import { appleInstant, type ImessageRow } from "../../src/formats/chat/imessage-row.ts";

const number = z
  .union([z.number(), z.bigint().transform(Number)])
  .nullish()
  .transform((value) => value ?? 0);
const text = z
  .string()
  .nullish()
  .transform((value) => value ?? null);
const messageSchema = z.object({
  row_id: number,
  guid: z.string(),
  text: z.union([z.string(), z.null()]).catch(null),
  body: z.instanceof(Uint8Array).nullish().catch(null),
  date: z
    .union([z.bigint(), z.number()])
    .nullish()
    .transform((value) => String(value ?? 0))
    .catch("0"),
  is_from_me: number,
  handle: text,
  service: text,
  associated_message_type: number,
  item_type: number,
  balloon_bundle_id: text,
  is_audio_message: number,
  date_edited: number,
  date_retracted: number,
  chat_id: number,
});
const chatSchema = z.object({
  row_id: number,
  guid: z.string(),
  chat_identifier: text,
  display_name: text,
  style: number,
});
const attachmentSchema = z.object({
  transfer_name: text,
  filename: text,
  mime_type: text,
  total_bytes: number,
  is_sticker: number,
});

const messageColumns = [
  "text",
  "is_from_me",
  "service",
  "associated_message_type",
  "item_type",
  "balloon_bundle_id",
  "is_audio_message",
  "date_edited",
  "date_retracted",
];

/**
 * The messages of a copied or live chat.db of macOS.
 *
 * Contract: opened read-only and never as immutable, so that the WAL beside it counts; nothing is written. Columns that this
 * version of macOS does not have are left out. `no_permission` carries the cure for macOS's privacy setting, a damaged
 * file is `unreadable`, another database `wrong_kind`.
 */
export class ImessageDatabase {
  readonly #database: DatabaseSync;
  readonly #chats = new Map<number, ImessageRow["chat"]>();

  constructor(path: string) {
    this.#database = guarded(path, () => new DatabaseSync(path, { readOnly: true, timeout: 5000, readBigInts: true }));
    try {
      const columns = guarded(path, () => this.#columns("message"));
      const chats = guarded(path, () => this.#columns("chat"));
      if (columns.has("guid") && columns.has("date") && chats.has("guid")) return;
      throw new StewardError("wrong_kind", "This database is not that of Messages.", {
        cure: "Give steward a copy of chat.db.",
      });
    } catch (error) {
      this.#database.close();
      throw error;
    }
  }

  close(): void {
    if (this.#database.isOpen) this.#database.close();
  }

  /** Up to `limit` messages above `rowId`, in the order of their rows. Contract: a row that cannot be read is in `broken`. */
  after(rowId: number, limit: number, path: string): { rows: ImessageRow[]; broken: number[]; lastRowId: number } {
    return guarded(path, () => this.#read(rowId, limit));
  }

  /** The highest row number and the newest date (ms since 1970); 0 and null in an empty database. */
  extent(path: string): { lastRowId: number; newestMs: number | null } {
    const sql = "SELECT max(ROWID) AS last, max(date) AS newest FROM message";
    const found = guarded(path, () => this.#database.prepare(sql).get());
    const { last, newest } = z.object({ last: number, newest: messageSchema.shape.date }).parse(found);
    return { lastRowId: last, newestMs: appleInstant(newest) };
  }

  /** The lowest row number of the messages since an instant (ms since 1970), null when there is none. */
  firstRowSince(sinceMs: number, path: string): number | null {
    const seconds = Math.floor((sinceMs - Date.UTC(2001, 0, 1)) / 1000);
    const sql = `SELECT min(ROWID) AS first FROM message
      WHERE date >= ?1 * 1000000000 OR (date >= ?1 AND date < 1000000000000)`;
    const found = guarded(path, () => this.#database.prepare(sql).get(BigInt(seconds)));
    const { first } = z.object({ first: number }).parse(found);
    return first === 0 ? null : first;
  }

  has(guid: string, path: string): boolean {
    return (
      guarded(path, () => this.#database.prepare("SELECT 1 AS one FROM message WHERE guid = ?").get(guid)) !== undefined
    );
  }

  #read(from: number, limit: number): { rows: ImessageRow[]; broken: number[]; lastRowId: number } {
    const raw = this.#database.prepare(`${this.#select()} WHERE m.ROWID > ? ORDER BY m.ROWID LIMIT ?`).all(from, limit);
    const rows: ImessageRow[] = [];
    const broken: number[] = [];
    let lastRowId = from;
    for (const one of raw) {
      lastRowId = Number(one["row_id"]);
      const parsed = messageSchema.safeParse(one);
      if (parsed.success) rows.push(this.#toRow(parsed.data));
      else broken.push(lastRowId);
    }
    return { rows, broken, lastRowId };
  }

  #select(): string {
    const has = this.#columns("message");
    const wanted = messageColumns.map((name) => (has.has(name) ? `m.${name}` : `NULL AS ${name}`));
    const body = has.has("attributedBody") ? "m.attributedBody" : "NULL";
    const chat = "(SELECT min(chat_id) FROM chat_message_join j WHERE j.message_id = m.ROWID)";
    return `SELECT m.ROWID AS row_id, m.guid, m.date, ${body} AS body, ${wanted.join(", ")}, h.id AS handle, ${chat} AS chat_id
      FROM message m LEFT JOIN handle h ON h.ROWID = m.handle_id`;
  }

  #toRow(message: z.output<typeof messageSchema>): ImessageRow {
    return {
      rowId: message.row_id,
      guid: message.guid,
      text: message.text,
      body: message.body === null || message.body === undefined ? null : Buffer.from(message.body).toString("base64"),
      date: message.date,
      isFromMe: message.is_from_me === 1,
      handle: message.handle,
      service: message.service,
      associatedType: message.associated_message_type,
      itemType: message.item_type,
      balloon: message.balloon_bundle_id,
      isAudio: message.is_audio_message === 1,
      isEdited: message.date_edited > 0,
      isRetracted: message.date_retracted > 0,
      chat: message.chat_id === 0 ? null : this.#chat(message.chat_id),
      attachments: this.#attachments(message.row_id),
    };
  }

  #chat(id: number): ImessageRow["chat"] {
    const known = this.#chats.get(id);
    if (known !== undefined) return known;
    const found = chatSchema.safeParse(
      this.#database.prepare("SELECT *, ROWID AS row_id FROM chat WHERE ROWID = ?").get(id),
    );
    const members = this.#database
      .prepare(
        "SELECT h.id FROM chat_handle_join j JOIN handle h ON h.ROWID = j.handle_id WHERE j.chat_id = ? ORDER BY h.ROWID LIMIT 60",
      )
      .all(id)
      .map((row) => String(row["id"]));
    const chat = found.success
      ? {
          guid: found.data.guid,
          identifier: found.data.chat_identifier ?? "",
          name: found.data.display_name ?? "",
          isGroup: found.data.style === 43 || /;\+;/.test(found.data.guid),
          members,
        }
      : null;
    this.#chats.set(id, chat);
    return chat;
  }

  #attachments(messageId: number): ImessageRow["attachments"] {
    if (!this.#columns("attachment").has("guid")) return [];
    const rows = this.#database
      .prepare(
        "SELECT a.* FROM message_attachment_join j JOIN attachment a ON a.ROWID = j.attachment_id WHERE j.message_id = ? LIMIT 200",
      )
      .all(messageId);
    return rows.flatMap((row) => {
      const parsed = attachmentSchema.safeParse(row);
      if (!parsed.success) return [];
      const { transfer_name, filename, mime_type, total_bytes, is_sticker } = parsed.data;
      const name = transfer_name ?? filename?.slice(filename.lastIndexOf("/") + 1) ?? "attachment";
      return [
        {
          name,
          mediaType: mime_type ?? "application/octet-stream",
          sizeBytes: total_bytes,
          isSticker: is_sticker === 1,
        },
      ];
    });
  }

  readonly #known = new Map<string, Set<string>>();

  #columns(table: "message" | "chat" | "attachment"): Set<string> {
    const known = this.#known.get(table);
    if (known !== undefined) return known;
    const columns = new Set(
      this.#database
        .prepare(`PRAGMA table_info(${table})`)
        .all()
        .map((row) => String(row["name"])),
    );
    this.#known.set(table, columns);
    return columns;
  }
}

/** What to do when macOS keeps Messages from the terminal. */
export function noAccess(path: string, cause: unknown): StewardError {
  return new StewardError("no_permission", `macOS does not let steward read ${path}.`, {
    cure: "Open System Settings, Privacy & Security, Full Disk Access, switch on the terminal you use, open it again and repeat the command.",
    cause,
  });
}

function guarded<Result>(path: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw toMessagesError(path, error);
  }
}

/** What SQLite or macOS said when chat.db was read, in the owner's words. Contract: never throws. */
export function toMessagesError(path: string, error: unknown): StewardError {
  if (error instanceof StewardError) return error;
  const said = error instanceof Error ? error.message : "";
  if (/authorization denied|unable to open database file|not permitted|permission/i.test(said))
    return noAccess(path, error);
  if (/malformed|not a database|disk I\/O|corrupt/i.test(said)) {
    return new StewardError("unreadable", "This copy of chat.db is damaged.", {
      cure: "Copy chat.db again, together with chat.db-wal and chat.db-shm, while Messages is closed.",
      cause: error,
    });
  }
  return toStewardError(error, "reading Messages");
}
