import type { Desk } from "../desk.ts";
import { type FoundPerson, findPerson } from "./find-person.ts";
import { askOwner, inLanguage, knownActions, proposeCards, takesField } from "./say-to-owner.ts";

const verb = "(?:tell|let|message|text|write(?: to)?|sag(?:e)?|schreib(?:e)?|dis à|préviens|écris à)";
const whom =
  "(?:(?:my|our|meine[rmn]?|unsere[rmn]?|mon|ma|notre)\\s+)?(?:(?:friend|brother|sister|mother|father|mum|mom|dad|colleague|partner|freund(?:in)?|bruder|schwester|mutter|vater|kollege[n]?|kollegin|amie?|frère|sœur|mère|père|collègue)\\b\\s*)?";
const name = "(\\p{Lu}[\\p{L}'’-]+(?: \\p{Lu}[\\p{L}'’-]+)*(?<!^I|^I'm|^I’m))?";
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
  const person = findPerson(desk, who);
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
  return { action: mail ?? "gmail.send_message", ask: { to: [to], subject: message.slice(0, 60), text: message } };
}

/** Who is meant and what is to be said, out of the owner's words; the words stay as they are. */
export function readTelling(words: string): { who: string; message: string } {
  const found = new RegExp(
    `^(?:please |bitte )?${verb}\\s+${whom}${name}\\s*(?:know\\b|bescheid\\b)?[\\s,:]*(?:that |dass |que |qu')?([\\s\\S]*)$`,
    "iu",
  ).exec(words.trim());
  const who = (found?.[1] ?? "").trim();
  const message = (found?.[2] ?? "").trim();
  const isName = /^\p{Lu}/u.test(who) && !/^I(?:['’]\w+)?$/.test(who);
  return { who: isName ? who : "", message: message.charAt(0).toUpperCase() + message.slice(1) };
}
