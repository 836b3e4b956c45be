import { list, text } from "../../find-values.ts";
import type { Desk } from "../desk.ts";
import { namesSomebody } from "../read-text.ts";
import { type FoundPerson, findPerson } from "./find-person.ts";
import { askOwner, inLanguage, knownActions, proposeCards, takesField } from "./say-to-owner.ts";

const verb = "(?i:tell|let|message|text|write(?: to)?|sage?|schreibe?|dis à|préviens|écris à)";
const whose = "(?:(?:my|our|meine[rmn]?|unsere[rmn]?|mon|ma|notre)\\s+)?";
const relation =
  "(?:(?:friend|brother|sister|mother|father|mum|mom|dad|colleague|partner|Freund(?:in)?|Bruder|Schwester|Mutter|Vater|Kollegen?|Kollegin|amie?|frère|sœur|mère|père|collègue)\\b\\s*)?";
/** A word in capitals that is not "I". */
const called = "(?!I\\b)\\p{Lu}[\\p{L}-]+";
export const tellWords = new RegExp(`^(?:please |bitte )?${verb}\\b`, "iu");
const actions = ["handoff.whatsapp", "gmail.send_message", "handoff.mail"];

/** "Tell X that …": the owner's own words to that person, in the channel they last used. */
export function tellSomebody(desk: Desk): string {
  const { who, message } = readTelling(desk.words);
  if (who === "")
    return askOwner(
      desk,
      inLanguage(desk, { en: "Whom do you mean?", de: "Wen meinst du?", fr: "De qui parles-tu ?" }),
    );
  const person = findContact(desk, who) ?? findPerson(desk, who);
  if (person === null || (person.address === "" && person.phone === "" && person.threads.length === 0)) {
    return askOwner(
      desk,
      inLanguage(desk, {
        en: `I know no number and no address of ${who}. How do I reach them?`,
        de: `Ich kenne von ${who} weder Nummer noch Adresse. Wie erreiche ich sie oder ihn?`,
        fr: `Je ne connais ni numéro ni adresse de ${who}. Comment les joindre ?`,
      }),
    );
  }
  const known = knownActions(desk, actions);
  return proposeCards(desk, [stepTo(desk, person, message, known)], {
    why: "In the owner's own words.",
    about: [person.item],
  });
}

/** The one the owner's own contacts have, with their address: to pass words on, nothing of others has to be read. */
function findContact(desk: Desk, who: string): FoundPerson | null {
  const people = list(desk.ask("person", { who, contactsOnly: true }), "people");
  const fitting = people.filter((one) => namesSomebody(nameOf(one), who));
  const [one, ...more] = fitting;
  const address = String(list(one, "addresses")[0] ?? "");
  if (one === undefined || more.length > 0 || address === "") return null;
  return { name: nameOf(one), address, phone: "", threads: [], item: null };
}

function nameOf(person: unknown): string {
  return text(person, "contacts", "name");
}

function stepTo(desk: Desk, person: FoundPerson, message: string, known: readonly string[]) {
  const last = person.threads.find(({ channel }) => channel === "whatsapp" || channel === "mail");
  const mail = known.find((one) => one !== "handoff.whatsapp");
  const byChat = last?.channel === "whatsapp" || person.address === "" || mail === undefined;
  if (byChat && known.includes("handoff.whatsapp")) {
    const isThere = last?.channel === "whatsapp" && takesField(desk, actions, "handoff.whatsapp", "thread");
    const ask = {
      to: person.phone === "" ? person.name : person.phone,
      text: message,
      ...(isThere ? { thread: last.thread } : {}),
    };
    return { action: "handoff.whatsapp", ask };
  }
  const to = person.name === "" ? person.address : `${person.name} <${person.address}>`;
  return { action: mail ?? "gmail.send_message", ask: { to: [to], subject: subjectOf(message), text: message } };
}

/** Who is meant and what is to be said, out of the owner's words; the words stay as they are. */
export function readTelling(words: string): { who: string; message: string } {
  const told = "\\s*(?:know\\b|Bescheid\\b)?[\\s,:]*(?:that |dass |que |qu['’])?([\\s\\S]*)$";
  const found = new RegExp(
    `^(?i:please |bitte )?${verb}\\s+${whose}${relation}(${called}(?: ${called})*)?${told}`,
    "u",
  ).exec(words.trim());
  const who = (found?.[1] ?? "").trim();
  const message = (found?.[2] ?? "").trim();
  return { who, message: message.charAt(0).toUpperCase() + message.slice(1) };
}

/** The beginning of what is said, whole words of the owner's alone. */
function subjectOf(message: string): string {
  const line = message.split("\n")[0] ?? "";
  return line.length <= 60 ? line : line.slice(0, line.lastIndexOf(" ", 60));
}
