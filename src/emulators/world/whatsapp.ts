import { Buffer } from "node:buffer";
import { type PlannedMessage, planChat } from "./chat-plan.ts";
import { type Frame, toWall } from "./frame.ts";
import type { World, WorldChat } from "./schema.ts";
import { writeZip } from "./zip.ts";

type Style = NonNullable<WorldChat["style"]>;

interface StyleFacts {
  ios: boolean;
  fileName(title: string): string;
  stamp(wall: Date): string;
  encrypted: string;
  media(name: string, wall: Date): string;
}

const LRM = "\u200e";

const styles: Record<Style, StyleFacts> = {
  "ios-en": {
    ios: true,
    fileName: (title) => `WhatsApp Chat - ${title}`,
    stamp: (wall) => `[${dayMonthYear(wall, "/", true)}, ${clock(wall, true)}] `,
    encrypted:
      "Messages and calls are end-to-end encrypted. Only people in this chat can read, listen to, or share them.",
    media: (name) =>
      pick({ image: "image omitted", voice: "audio omitted", sticker: "sticker omitted" }, name, "Missed video call"),
  },
  "ios-de": {
    ios: true,
    fileName: (title) => `WhatsApp-Chat - ${title}`,
    stamp: (wall) => `[${dayMonthYear(wall, ".", false)}, ${clock(wall, true)}] `,
    encrypted:
      "Nachrichten und Anrufe sind Ende-zu-Ende-verschlüsselt. Nur Personen in diesem Chat können sie lesen, anhören oder teilen.",
    media: (name) =>
      pick(
        { image: "Bild weggelassen", voice: "Audio weggelassen", sticker: "Sticker weggelassen" },
        name,
        "Verpasster Videoanruf",
      ),
  },
  "android-en": {
    ios: false,
    fileName: (title) => `WhatsApp Chat with ${title}`,
    stamp: (wall) => `${dayMonthYear(wall, "/", true)}, ${clock(wall, false)} - `,
    encrypted:
      "Messages and calls are end-to-end encrypted. No one outside of this chat, not even WhatsApp, can read or listen to them. Tap to learn more.",
    media: (name, wall) =>
      pick(
        { image: "<Media omitted>", voice: voiceName(wall, "file attached"), sticker: "<Media omitted>" },
        name,
        "Missed video call",
      ),
  },
  "android-de": {
    ios: false,
    fileName: (title) => `WhatsApp Chat mit ${title}`,
    stamp: (wall) => `${dayMonthYear(wall, ".", false)}, ${clock(wall, false)} - `,
    encrypted:
      "Nachrichten und Anrufe sind Ende-zu-Ende-verschlüsselt. Niemand außerhalb dieses Chats kann sie lesen oder anhören, nicht einmal WhatsApp. Tippe, um mehr zu erfahren.",
    media: (name, wall) =>
      pick(
        { image: "<Medien ausgeschlossen>", voice: voiceName(wall, "Datei angehängt") },
        name,
        "Verpasster Videoanruf",
      ),
  },
};

/** A chat as the phone exports it: a bare text from an iPhone, a zip with one text from Android. */
export function renderWhatsapp(world: World, frame: Frame, chat: WorldChat): { path: string; bytes: Uint8Array } {
  const facts = styles[chat.style ?? "ios-en"];
  const messages = planChat(world, frame, chat);
  const [first] = messages;
  const start = first === undefined ? [] : [systemLine(facts, frame, chat, first.atMs)];
  const lines = [...start, ...messages.map((message) => writeLine(facts, frame, chat, message))];
  const text = lines.map((line) => line + (facts.ios ? "\r\n" : "\n")).join("");
  const name = facts.fileName(chat.title);
  const bytes = Buffer.from(text, "utf8");
  if (facts.ios) return { path: `WhatsApp/${name}.txt`, bytes };
  return { path: `WhatsApp/${name}.zip`, bytes: writeZip([{ name: `${name}.txt`, bytes }]) };
}

function systemLine(facts: StyleFacts, frame: Frame, chat: WorldChat, atMs: number): string {
  const stamp = facts.stamp(toWall(frame, atMs));
  return facts.ios ? `${stamp}${chat.title}: ${LRM}${facts.encrypted}` : `${stamp}${facts.encrypted}`;
}

function writeLine(facts: StyleFacts, frame: Frame, chat: WorldChat, message: PlannedMessage): string {
  const wall = toWall(frame, message.atMs);
  const stamp = facts.stamp(wall);
  if (message.sender === null)
    return facts.ios ? `${stamp}${chat.title}: ${LRM}${message.text}` : `${stamp}${message.text}`;
  if (message.media === null) return `${stamp}${message.sender}: ${message.text}`;
  const shown = facts.media(message.media.name, wall);
  return facts.ios ? `${LRM}${stamp}${message.sender}: ${LRM}${shown}` : `${stamp}${message.sender}: ${shown}`;
}

function pick(words: Record<string, string>, name: string, otherwise: string): string {
  return words[name] ?? otherwise;
}

function voiceName(wall: Date, note: string): string {
  return `${LRM}PTT-${wall.toISOString().slice(0, 10).replaceAll("-", "")}-WA0003.opus (${note})`;
}

function dayMonthYear(wall: Date, separator: string, fullYear: boolean): string {
  const [year = "", month = "", day = ""] = wall.toISOString().slice(0, 10).split("-");
  return [day, month, fullYear ? year : year.slice(2)].join(separator);
}

function clock(wall: Date, seconds: boolean): string {
  return wall.toISOString().slice(11, seconds ? 19 : 16);
}
