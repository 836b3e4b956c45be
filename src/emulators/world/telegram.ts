import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { type PlannedMessage, planChat } from "./chat-plan.ts";
import { type Frame, toWall } from "./frame.ts";
import type { World, WorldChat } from "./schema.ts";

const OWNER_ID = 5_550_100_017;
const notIncluded = "(File not included. Change data exporting settings to download.)";

/** Telegram Desktop's `result.json` of a whole account, with control characters as its writer leaves them: `\x0B`. */
export function renderTelegram(world: World, frame: Frame): Uint8Array {
  const owner = world.people[world.persona.owner];
  const [firstName = "", lastName = ""] = (owner?.name ?? "").split(" ");
  const chats = world.chats.filter((chat) => chat.app === "telegram");
  const account = {
    about: "Here is the data you requested. Remember: Telegram is ad free, it doesn't use your data for ad targeting.",
    personal_information: {
      user_id: OWNER_ID,
      first_name: firstName,
      last_name: lastName,
      phone_number: owner?.phone ?? "",
      username: `@${owner?.telegram ?? ""}`,
      bio: "",
    },
    contacts: {
      about: "If you allow access, contacts are continuously synced with Telegram.",
      list: contactList(world),
    },
    chats: {
      about: "This page lists all chats from this export.",
      list: chats.map((chat) => writeChat(world, frame, chat)),
    },
    left_chats: { about: "This page lists all supergroups and channels from this export that you've left.", list: [] },
  };
  const json = JSON.stringify(account, null, 1).replace(/\\u00(0b|0B)/g, "\\x0B");
  return Buffer.from(`${json}\n`, "utf8");
}

function contactList(world: World) {
  return Object.values(world.people)
    .filter((person) => person.telegram !== undefined && person.contact !== undefined)
    .map((person) => {
      const [first = "", ...rest] = person.name.split(" ");
      return {
        user_id: userId(person.name),
        first_name: first,
        last_name: rest.join(" "),
        phone_number: person.phone ?? "",
      };
    });
}

function writeChat(world: World, frame: Frame, chat: WorldChat) {
  const messages = planChat(world, frame, chat);
  const [first] = messages;
  const created = chat.group && first !== undefined ? [createdLine(frame, chat, first.atMs - 60_000)] : [];
  return {
    name: chat.title,
    type: chat.group ? "private_group" : "personal_chat",
    id: userId(chat.title),
    messages: [...created, ...messages.map((message, index) => writeMessage(frame, message, index + 2))],
  };
}

function createdLine(frame: Frame, chat: WorldChat, atMs: number) {
  return {
    id: 1,
    type: "service",
    ...dates(frame, atMs),
    actor: "Clara Weiss",
    actor_id: `user${OWNER_ID}`,
    action: "create_group",
    title: chat.title,
    members: ["Clara Weiss"],
    text: "",
    text_entities: [],
  };
}

function writeMessage(frame: Frame, message: PlannedMessage, id: number) {
  const sender = message.fromOwner ? OWNER_ID : userId(message.sender ?? "");
  const base = { id, type: "message", ...dates(frame, message.atMs), from: message.sender, from_id: `user${sender}` };
  if (message.media !== null) {
    const file = { file: notIncluded, file_name: message.media.name, file_size: 184_320, mime_type: "application/pdf" };
    return { ...base, ...file, text: "", text_entities: [] };
  }
  return { ...base, ...textFields(message.text) };
}

/** `text` is a string, or an array of strings and objects as soon as something in it is marked. */
function textFields(text: string) {
  const pieces = text.split(/(@\w+|https?:\/\/\S+)/).filter((piece) => piece !== "");
  const entities = pieces.map((piece) => ({ type: entityType(piece), text: piece }));
  const plain = entities.every((entity) => entity.type === "plain");
  return {
    text: plain ? text : entities.map((entity) => (entity.type === "plain" ? entity.text : entity)),
    text_entities: entities,
  };
}

function entityType(piece: string): string {
  if (piece.startsWith("@")) return "mention";
  return /^https?:/.test(piece) ? "link" : "plain";
}

function dates(frame: Frame, atMs: number) {
  return { date: toWall(frame, atMs).toISOString().slice(0, 19), date_unixtime: String(Math.floor(atMs / 1000)) };
}

function userId(name: string): number {
  return 5_000_000_000 + Number.parseInt(createHash("sha256").update(name).digest("hex").slice(0, 7), 16);
}
