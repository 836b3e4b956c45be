import type { Language } from "../language.ts";
import { firstName } from "../read-text.ts";

export interface IntroductionFacts {
  language: Language;
  target: string;
  guest: string;
  organisation: string;
  links: readonly string[];
  /** What the owner signs with; empty for nothing. */
  owner: string;
}

/** A mail that makes two people known to each other, with nothing in it that was not read. */
export function writeIntroduction(facts: IntroductionFacts): { subject: string; body: string } {
  const [target, guest] = [firstName(facts.target), firstName(facts.guest)];
  const words = texts[facts.language] ?? texts.en;
  const links = facts.links.length === 0 ? "" : `\n\n${words.links}\n${facts.links.join("\n")}`;
  const at = facts.organisation === "" ? "" : ` (${facts.organisation})`;
  const body = `${words.greet(target)}\n\n${words.meet(`${facts.guest}${at}`)}${links}\n\n${words.other(guest, target)}${
    facts.owner === "" ? "" : `\n\n${facts.owner}`
  }`;
  return { subject: words.subject(target, guest), body };
}

interface Texts {
  subject(target: string, guest: string): string;
  greet(target: string): string;
  meet(guest: string): string;
  links: string;
  other(guest: string, target: string): string;
}

const en: Texts = {
  subject: (target, guest) => `${target}, meet ${guest}`,
  greet: (target) => `Hi ${target},`,
  meet: (guest) => `I would like you to meet ${guest}, in copy.`,
  links: "This is what it is about:",
  other: (guest, target) => `${guest}, I leave it to you and ${target} from here.`,
};
const de: Texts = {
  subject: (target, guest) => `${target}, das ist ${guest}`,
  greet: (target) => `Hallo ${target},`,
  meet: (guest) => `ich möchte dir ${guest} vorstellen, hier mit auf der Mail.`,
  links: "Darum geht es:",
  other: (guest, target) => `${guest}, ab hier überlasse ich es dir und ${target}.`,
};
const fr: Texts = {
  subject: (target, guest) => `${target}, je te présente ${guest}`,
  greet: (target) => `Bonjour ${target},`,
  meet: (guest) => `je voudrais te présenter ${guest}, en copie.`,
  links: "Voici de quoi il s'agit :",
  other: (guest, target) => `${guest}, je vous laisse continuer, ${target} et toi.`,
};
const texts: Partial<Record<Language, Texts>> & { en: Texts } = { en, de, fr };

/** What the friend is told when the mail is out. */
export function writeDone(language: Language): string {
  const done: Partial<Record<Language, string>> = {
    de: "Erledigt, die Vorstellung ist raus.",
    fr: "C'est fait, la présentation est partie.",
  };
  return done[language] ?? "Done, the intro is sent.";
}
