import { Buffer } from "node:buffer";
import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { renderCalendar } from "./calendar.ts";
import { renderContacts } from "./contacts.ts";
import { writePdf } from "./documents.ts";
import { type Frame, fillIn, makeFrame, resolveAt } from "./frame.ts";
import { renderMbox } from "./mbox.ts";
import type { World } from "./schema.ts";
import { renderTelegram } from "./telegram.ts";
import { renderWhatsapp } from "./whatsapp.ts";

const HOUR_MS = 3_600_000;

/** One file that the owner could have exported: `path` with `/`, `modifiedMs` its time of change, UTC. */
export interface RenderedFile {
  path: string;
  bytes: Uint8Array;
  modifiedMs: number;
}

/**
 * Everything the invented owner could have exported at `nowMs`. Pure and deterministic: the same world and instant give
 * the same bytes, and nothing in them was received after `nowMs`.
 */
export function renderWorld(world: World, { nowMs }: { nowMs: number }): RenderedFile[] {
  const frame = makeFrame(world, nowMs);
  const modifiedMs = nowMs - (nowMs % 60_000);
  const chats = world.chats.filter((chat) => chat.app === "whatsapp").map((chat) => renderWhatsapp(world, frame, chat));
  const exports = [
    { path: "Takeout/Mail/All mail Including Spam and Trash.mbox", bytes: renderMbox(world, frame) },
    ...chats,
    { path: "Telegram/result.json", bytes: renderTelegram(world, frame) },
    { path: "calendar.ics", bytes: renderCalendar(world, frame) },
    { path: "contacts.csv", bytes: renderContacts(world) },
  ];
  return [...exports.map((file) => ({ ...file, modifiedMs })), ...renderDrive(world, frame)];
}

/**
 * Writes the rendered world into `dir`, which may exist; files of the same name are replaced. With `only`, no more than what
 * lies below these folders.
 */
export function writeWorld(
  world: World,
  dir: string,
  { nowMs, only }: { nowMs: number; only?: readonly string[] },
): RenderedFile[] {
  const files = renderWorld(world, { nowMs }).filter(
    ({ path }) => only === undefined || only.some((folder) => path.startsWith(`${folder}/`)),
  );
  for (const file of files) {
    const path = join(dir, file.path);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, file.bytes);
    utimesSync(path, file.modifiedMs / 1000, file.modifiedMs / 1000);
  }
  return files;
}

/** When the owner last looked, as UTC ISO-8601: about 39 hours before now. */
export function worldLastReadAt(world: World, { nowMs }: { nowMs: number }): string {
  return new Date(nowMs - world.persona.lastReadHours * HOUR_MS).toISOString();
}

/** The Drive folder as files, `Drive/...`. */
export function renderDrive(world: World, frame: Frame): RenderedFile[] {
  return world.drive.map((document) => {
    const modifiedMs = resolveAt(frame, document.at);
    const fill = (text: string): string => fillIn(frame, text, "en", modifiedMs);
    const bytes =
      document.pdf === undefined
        ? Buffer.from(`${fill((document.text ?? []).join("\n"))}\n`, "utf8")
        : writePdf(fill(document.pdf));
    return { path: `Drive/${document.path}`, bytes, modifiedMs };
  });
}
