import { field, list, text } from "../find-values.ts";
import { type Language, readLanguage } from "./language.ts";
import { asksSomething, firstName, looksHostile, readParty } from "./read-text.ts";

interface Phrases {
  greet(name: string): string;
  thanks: string;
  later: string;
  formal: { greet(name: string): string; thanks: string; later: string };
  close: string;
  formalClose: string;
}

const phrases: Record<Language, Phrases> = {
  en: {
    greet: (name) => `Hi ${name},`,
    thanks: "thank you for your message.",
    later: "I will look into it and come back to you.",
    formal: {
      greet: (name) => `Dear ${name},`,
      thanks: "thank you for your message.",
      later: "I will look into it and come back to you.",
    },
    close: "Best",
    formalClose: "Kind regards",
  },
  de: {
    greet: (name) => `Hallo ${name},`,
    thanks: "danke für deine Nachricht.",
    later: "Ich sehe es mir an und melde mich bei dir.",
    formal: {
      greet: () => "Guten Tag,",
      thanks: "vielen Dank für Ihre Nachricht.",
      later: "Ich sehe es mir an und melde mich bei Ihnen.",
    },
    close: "Liebe Grüße",
    formalClose: "Freundliche Grüße",
  },
  fr: {
    greet: (name) => `Bonjour ${name},`,
    thanks: "merci pour ton message.",
    later: "Je regarde cela et je reviens vers toi.",
    formal: {
      greet: () => "Bonjour,",
      thanks: "merci pour votre message.",
      later: "Je regarde cela et je reviens vers vous.",
    },
    close: "Bien à toi",
    formalClose: "Bien cordialement",
  },
  es: plain((name) => `Hola ${name}:`, "gracias por tu mensaje.", "Lo miro y te digo algo.", "Un saludo"),
  it: plain((name) => `Ciao ${name},`, "grazie del messaggio.", "Ci guardo e ti faccio sapere.", "Un saluto"),
  pt: plain((name) => `Olá ${name},`, "obrigada pela mensagem.", "Vou ver e digo-te alguma coisa.", "Um abraço"),
};

function plain(greet: (name: string) => string, thanks: string, later: string, close: string): Phrases {
  return { greet, thanks, later, close, formal: { greet, thanks, later }, formalClose: close };
}

/** A reply to a thread: null when its newest text is the owner's, asks nothing, or is not to be answered. */
export function draftReply(data: unknown): { reply: string | null; why: string } {
  const thread = field(data, "thread");
  const items = list(thread, "items");
  const newest = items.at(-1);
  const asked = text(newest, "text");
  if (newest === undefined || field(newest, "fromOwner") === true)
    return { reply: null, why: "Nothing by others to answer." };
  if (looksHostile(asked)) return { reply: null, why: "It asks for what is not given." };
  if (!asksSomething(asked)) return { reply: null, why: "It asks nothing." };
  const language = readLanguage(text(data, "language"), asked);
  const name = readParty(text(newest, "from")).name;
  const isChat = text(thread, "channel") !== "mail";
  const owner = firstName(text(data, "owner", "name"));
  return {
    reply: writeReply({ language, name, owner, isChat, isFormal: isFormal(asked) }),
    why: "They ask something.",
  };
}

export interface ReplyWish {
  language: Language;
  name: string;
  owner: string;
  isChat: boolean;
  isFormal: boolean;
}

/** Thanks and a word that it will follow, as one writes there. */
export function writeReply({ language, name, owner, isChat, isFormal: formal }: ReplyWish): string {
  const words = phrases[language];
  const { greet, thanks, later } = formal ? words.formal : words;
  if (isChat) return `${capital(thanks)} ${later}`;
  const called = formal && language === "en" ? name : firstName(name);
  const greeting = called === "" ? words.formal.greet("").replace(/ +,$/, ",") : greet(called);
  const opened = language === "en" ? capital(thanks) : thanks;
  return `${greeting}\n\n${opened} ${later}\n\n${formal ? words.formalClose : words.close}${owner === "" ? "" : `\n${owner}`}`;
}

/** Whether a text speaks to somebody one does not call by their first name. */
export function isFormal(asked: string): boolean {
  return /\b(?:Sehr geehrte|Ihnen|Ihre[nmrs]?|vous|votre|vos|Dear (?:Mr|Mrs|Ms|Dr))\b/u.test(asked);
}

function capital(line: string): string {
  return line.charAt(0).toUpperCase() + line.slice(1);
}
