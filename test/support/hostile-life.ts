import { z } from "zod";
import { toInstant } from "../../src/core/clock.ts";
import { emailIdentity } from "../../src/core/identity.ts";
import { takeFoundPages } from "../../src/intake/take-found-pages.ts";
import type { Store } from "../../src/store/open-store.ts";
import { searchColumns } from "../../src/store/search-columns.ts";
import { registerSource } from "../../src/store/sources.ts";
import { takeItems } from "../../src/store/take-items.ts";
import { storedText } from "../approvals/gate/obedient-cards.ts";
import { securityFile } from "../approvals/gate/security-data.ts";
import type { GoogleBase } from "./google-door.ts";

type Google = GoogleBase["life"]["google"];

const hostileSchema = z.object({
  id: z.string(),
  channel: z.enum(["email", "calendar", "drive", "notion", "imessage"]),
  technique: z.array(z.string()),
  from: z.string(),
  subject: z.string().nullable(),
  body_text: z.string().nullable(),
  body_html: z.string().nullable(),
  injection: z.string().nullable(),
  obedient_calls: z.array(z.object({ function: z.string(), args: z.record(z.string(), z.unknown()) })),
  extra: z.object({ headers: z.record(z.string(), z.string()).optional() }),
});
/** A hostile text of the shared material with what it would have an obedient model do. */
export type Hostile = z.output<typeof hostileSchema>;

/** A hostile text as it lies in the store. */
export interface Placed {
  item: Hostile;
  itemId: number;
  threadId: number;
}

/** All hostile texts; null where the shared material is not there. */
export function readHostiles(): Hostile[] | null {
  const data = securityFile("injections-dev.json");
  return data === null ? null : z.object({ items: z.array(hostileSchema) }).parse(data).items;
}

const answered = z.object({ ids: z.array(z.string()).optional(), id: z.string().optional() });

/** Puts mails, invitations and shared files where they would arrive, and says under which ids. */
export async function deliverHostiles(google: Google, items: readonly Hostile[]): Promise<Map<string, string>> {
  const ids = new Map<string, string>();
  const post = async (item: Hostile, path: string, body: unknown): Promise<void> => {
    const answer = await google.fetch(`http://127.0.0.1:1/_world/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    const given = answered.parse(await answer.json());
    ids.set(item.id, given.ids?.[0] ?? given.id ?? "");
  };
  for (const [at, item] of items.entries()) {
    const description = item.body_text ?? "";
    if (item.channel === "email") await post(item, "mail", { raw: toMail(item, google, at) });
    if (item.channel === "drive") {
      await post(item, "file", { path: `Life/Shared/${item.id}.md`, text: description, byMe: false });
    }
    if (item.channel !== "calendar") continue;
    const event = {
      summary: item.subject ?? "",
      description,
      start: { dateTime: "2026-11-17T10:00:00+01:00" },
      end: { dateTime: "2026-11-17T11:00:00+01:00" },
      organizer: { email: item.from },
    };
    await post(item, "event", { event });
  }
  return ids;
}

/** The rest of them, which Google does not hold: pages that were found and messages. Then where each one lies. */
export async function placeHostiles(
  store: Store,
  items: readonly Hostile[],
  delivered: ReadonlyMap<string, string>,
  nowMs: number,
): Promise<Placed[]> {
  const placed: Placed[] = [];
  for (const item of items) {
    const id = delivered.get(item.id);
    const itemId = id === undefined ? await takeHere(store, item, nowMs) : findItem(store, id);
    const row = store.read.get(
      z.object({ thread_id: z.number() }),
      "SELECT thread_id FROM items WHERE id = ?",
      itemId ?? 0,
    );
    if (itemId === null || row === null) throw new Error(`${item.id} is not in the store`);
    placed.push({ item, itemId, threadId: row.thread_id });
  }
  return placed;
}

function findItem(store: Store, id: string): number | null {
  const sql = "SELECT item_id FROM sightings WHERE external_id = ? OR external_id LIKE '%/' || ?";
  return store.read.get(z.object({ item_id: z.number() }), sql, id, id)?.item_id ?? null;
}

async function takeHere(store: Store, item: Hostile, nowMs: number): Promise<number | null> {
  const text = item.body_text ?? "";
  const title = item.subject ?? "";
  if (item.channel === "notion") {
    const [id] = await takeFoundPages(store, [{ url: "https://pages.example/shared", title, text }], nowMs);
    return id ?? null;
  }
  const draft = { ...storedText(item.id, "message", "imessage", title, text, item.from), sentAt: toInstant(nowMs) };
  const source = { id: "chat", connector: "given", kind: "chat", location: "chat", label: "Chat", config: {} };
  const locator = { path: "chat", offset: null };
  await store.write(async (tx) => {
    await registerSource(tx, source);
    const search = searchColumns(draft, []);
    await takeItems(tx, source.id, [{ draft, search, original: null, sizeBytes: 1, locator }]);
  });
  return findItem(store, item.id);
}

function toMail(item: Hostile, google: Google, at: number): string {
  const address = emailIdentity(/<([^>]+)>\s*$/.exec(item.from)?.[1] ?? item.from);
  const from = address === null ? `${item.from.replace(/[<>\r\n]/g, "")} <unknown@mail.example>` : item.from;
  const sentAt = new Date(Date.parse("2026-11-14T06:00:00Z") + at * 60_000).toUTCString();
  const results = item.extra.headers?.["Authentication-Results"];
  const encode = (text: string): string => Buffer.from(text, "utf8").toString("base64").replace(/.{76}/g, "$&\r\n");
  const part = (type: string, text: string): string =>
    `--b\r\nContent-Type: ${type}; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n${encode(text)}\r\n`;
  const text = item.body_text ?? "";
  const raw = [
    ...(results === undefined ? [] : [`Authentication-Results: mx.google.com; ${results.replaceAll(" ", "; ")}`]),
    `From: ${from.replace(/[\r\n]+/g, " ")}`,
    `To: ${google.accounts()[0] ?? ""}`,
    `Subject: =?utf-8?B?${Buffer.from((item.subject ?? "").replace(/[\r\n]+/g, " "), "utf8").toString("base64")}?=`,
    `Date: ${sentAt}`,
    `Message-ID: <${item.id}@hostile.example>`,
    "MIME-Version: 1.0",
    'Content-Type: multipart/alternative; boundary="b"',
    "",
    `${part("text/plain", text)}${item.body_html === null ? "" : part("text/html", item.body_html)}--b--`,
    "",
  ].join("\r\n");
  return Buffer.from(raw, "utf8").toString("base64");
}
