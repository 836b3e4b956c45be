import type { Channel } from "./item.ts";

/** What the owner calls a channel. */
export function channelName(channel: Channel): string {
  switch (channel) {
    case "mail":
      return "Mail";
    case "whatsapp":
      return "WhatsApp";
    case "telegram":
      return "Telegram";
    case "imessage":
      return "Messages";
    case "calendar":
      return "Calendar";
    case "drive":
      return "Drive";
    case "notion":
      return "Notion";
    case "web":
      return "Web";
    case "contacts":
      return "Contacts";
  }
}

/** What the owner calls a live service. */
export function serviceName(service: string): string {
  return serviceNames[service] ?? `${service.charAt(0).toUpperCase()}${service.slice(1)}`;
}

const serviceNames: Record<string, string> = {
  gmail: "Gmail",
  calendar: "Calendar",
  drive: "Drive",
  "contacts-sheet": "Contacts sheet",
};
