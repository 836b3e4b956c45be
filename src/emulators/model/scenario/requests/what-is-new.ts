import { list, number, text } from "../../find-values.ts";
import type { Desk } from "../desk.ts";
import { inLanguage, toOwner } from "./say-to-owner.ts";

export const newsWords =
  /\b(?:what did i miss|what(?:'s| is) new|catch me up|what needs me|was (?:habe ich verpasst|gibt es neues|liegt an)|qu'ai-je (?:manqué|raté)|quoi de neuf)\b/iu;

/** The digest as it stands, in lines. */
export function whatIsNew(desk: Desk): string {
  const entries = list(desk.ask("overview", { limit: 10 }), "entries");
  const lines = entries.map((one) => {
    const card = number(one, "card");
    return `- ${text(one, "who")}: ${text(one, "line") || text(one, "title")}${card === null ? "" : ` (card ${card})`}`;
  });
  const none = { en: "Nothing needs you.", de: "Nichts braucht dich.", fr: "Rien ne demande ton attention." };
  return toOwner(lines.length === 0 ? inLanguage(desk, none) : lines.join("\n"));
}
