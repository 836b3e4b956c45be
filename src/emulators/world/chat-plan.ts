import { type Frame, fillIn, resolveAt } from "./frame.ts";
import type { World, WorldChat } from "./schema.ts";

/** One chat message with its placeholders filled in; `media` is what an export leaves out. */
export interface PlannedMessage {
  atMs: number;
  /** The name an export shows, or null for a line of the app itself. */
  sender: string | null;
  fromOwner: boolean;
  text: string;
  media: { kind: string; name: string } | null;
}

/** The messages of a chat in order of time, seconds apart where the minute is the same. */
export function planChat(world: World, frame: Frame, chat: WorldChat): PlannedMessage[] {
  return chat.messages.map((line, index) => {
    const [when = "", who = "", ...rest] = line.split("|");
    const recent = when.startsWith("now-");
    const atMs = resolveAt(frame, when) + (recent ? 0 : (1 + index * 2) * 1000);
    const text = fillIn(frame, rest.join("|"), "en", atMs);
    const media = /<(media|file):([^>]+)>/.exec(text);
    return {
      atMs,
      sender: who === "*" ? null : senderName(world, chat, who),
      fromOwner: who === world.persona.owner,
      text,
      media: media === null ? null : { kind: media[1] ?? "media", name: media[2] ?? "" },
    };
  });
}

/** In a chat with one person an export shows the name under which the owner keeps them, which is the chat's title. */
function senderName(world: World, chat: WorldChat, who: string): string {
  const owner = world.people[world.persona.owner];
  if (who === world.persona.owner && owner !== undefined) return owner.name;
  const value = chat.people[who];
  if (value === undefined) throw new Error(`${chat.title}: nobody is called ${who}`);
  if (!chat.group && chat.app === "whatsapp") return chat.title;
  return world.people[value]?.name ?? value;
}
