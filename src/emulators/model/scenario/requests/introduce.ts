import { list, text } from "../../find-values.ts";
import type { Desk } from "../desk.ts";
import { guessLanguage } from "../language.ts";
import { findAddresses, firstName, fold } from "../read-text.ts";
import { type Asking, findAsking } from "./find-asking.ts";
import { findByRole } from "./find-by-role.ts";
import { addressBeside, type FoundPerson, findPerson } from "./find-person.ts";
import { writeDone, writeIntroduction } from "./introduction-text.ts";
import { askOwner, inLanguage, knownActions, proposeCards, takesField } from "./say-to-owner.ts";

export const introduceWords =
  /\b(?:introduc\w*|intro|stell\w*\b.*\bvor|vorstell\w*|pr[ée]sente[rz]?|mets\b.*\b(?:contact|relation))\b/iu;
const actions = ["gmail.send_message", "handoff.mail", "handoff.whatsapp"];

/** "Introduce X to Y": who asks for it, how both are reached, two links, one mail to both, and a word to the friend after it. */
export function introduce(desk: Desk): string {
  const { who, to } = readNames(desk.words);
  const asking = findAsking(desk, who);
  const name = who === "" ? (asking?.named ?? "") : who;
  if (name === "") {
    return askOwner(
      desk,
      inLanguage(desk, {
        en: "Whom shall I introduce?",
        de: "Wen soll ich vorstellen?",
        fr: "Qui dois-je présenter ?",
      }),
    );
  }
  const target = findTarget(desk, to, asking);
  if (target === null || target.address === "") return askForAddress(desk, target?.name ?? to);
  const guest = findGuest(desk, name, asking);
  if (guest.address === "") return askForAddress(desk, guest.name);
  const links = findLinksFor(desk, asking);
  return propose(desk, { target, guest, asking, links });
}

interface Parts {
  target: FoundPerson;
  guest: FoundPerson;
  asking: Asking | null;
  links: string[];
}

function propose(desk: Desk, { target, guest, asking, links }: Parts): string {
  const known = knownActions(desk, actions);
  const mail = known.find((one) => one !== "handoff.whatsapp") ?? "gmail.send_message";
  const language = languageWith(desk, target, asking);
  const { subject, body } = writeIntroduction({
    language,
    target: target.name,
    guest: guest.name,
    organisation: asking?.organisation ?? "",
    links,
    owner: firstName(asking?.owner ?? ""),
  });
  const party = (one: FoundPerson): string => (one.name === "" ? one.address : `${one.name} <${one.address}>`);
  const first = { action: mail, ask: { to: [party(target), party(guest)], subject, text: body } };
  const friend = asking?.isChat && known.includes("handoff.whatsapp") ? tellFriend(desk, asking) : [];
  const about = [asking?.item ?? null, target.item, guest.item];
  const note =
    target.item === null
      ? ""
      : inLanguage(desk, {
          en: "The address is from an old mail.",
          de: "Die Adresse ist aus einer alten Mail.",
          fr: "L'adresse vient d'un ancien mail.",
        });
  return proposeCards(desk, [first, ...friend], { why: "The introduction that was asked for.", about, more: note });
}

function tellFriend(desk: Desk, asking: Asking): { action: string; ask: Record<string, unknown>; after: number }[] {
  const ask = {
    to: asking.friend,
    text: writeDone(guessLanguage(asking.ownWords || asking.texts)),
    ...(takesField(desk, actions, "handoff.whatsapp", "thread") ? { thread: asking.thread } : {}),
  };
  return [{ action: "handoff.whatsapp", ask, after: 0 }];
}

function findTarget(desk: Desk, to: string, asking: Asking | null): FoundPerson | null {
  const given = findAddresses(desk.newest).find((one) => asking === null || !asking.texts.includes(one));
  const isName = /^\p{Lu}/u.test(to);
  const person = isName ? findPerson(desk, to) : findByRole(desk, to === "" ? (asking?.role ?? "") : to, asking);
  if (given === undefined) return person;
  return { ...(person ?? { name: to, phone: "", threads: [], item: null }), name: person?.name ?? to, address: given };
}

function findGuest(desk: Desk, name: string, asking: Asking | null): FoundPerson {
  const written = asking === null ? "" : addressBeside(asking.texts, name);
  const full = asking?.fullName ?? "";
  if (written !== "")
    return { name: full === "" ? name : full, address: written, phone: "", threads: [], item: asking?.item ?? null };
  return findPerson(desk, name) ?? { name, address: "", phone: "", threads: [], item: null };
}

/** The two links of the message that asks; what is missing comes from the web, by the name that stands in the message. */
function findLinksFor(desk: Desk, asking: Asking | null): string[] {
  const written = asking?.links ?? [];
  if (asking === null || asking.organisation === "" || !desk.has("web_search")) return written.slice(0, 2);
  const found = list(desk.ask("web_search", { name: asking.organisation, topic: "jobs" }), "results").map((one) =>
    text(one, "url"),
  );
  const host = written[0] === undefined ? fold(asking.organisation) : new URL(written[0]).host;
  const own = found.filter((url) => url !== "" && fold(url).includes(host));
  return [...new Set([...written, ...own])].slice(0, 2);
}

function languageWith(desk: Desk, target: FoundPerson, asking: Asking | null) {
  const thread = target.threads.find(({ channel }) => channel === "mail")?.thread;
  const items = thread === undefined ? [] : list(desk.ask("thread", { id: thread }), "thread", "items");
  const texts = items.map((one) => text(one, "text")).join("\n");
  return guessLanguage(texts === "" ? (asking?.texts ?? desk.words) : texts);
}

function askForAddress(desk: Desk, name: string): string {
  const whom = firstName(name) === "" ? name : name;
  if (whom === "") {
    return askOwner(
      desk,
      inLanguage(desk, {
        en: "To whom shall I introduce them?",
        de: "Wem soll ich sie vorstellen?",
        fr: "À qui dois-je les présenter ?",
      }),
    );
  }
  return askOwner(
    desk,
    inLanguage(desk, {
      en: `I found no address of ${whom}. Which one shall I write to?`,
      de: `Ich habe keine Adresse von ${whom} gefunden. An welche soll ich schreiben?`,
      fr: `Je n'ai pas trouvé d'adresse de ${whom}. À laquelle dois-je écrire ?`,
    }),
  );
}

/** Who is to be introduced to whom, out of the owner's words; empty where they do not say. */
export function readNames(words: string): { who: string; to: string } {
  const line = words.split("\n")[0] ?? "";
  const name = "(\\p{Lu}[\\p{L}'’-]+(?: \\p{Lu}[\\p{L}'’-]+)*|them|him|her|sie|ihn)";
  const other = "([^,.;:!?\\n]+?)(?=[,.;:!?\\n]| (?:as|wie|comme|and|und|et) |$)";
  // Names begin with a capital, so only the verbs may be written either way.
  const found =
    new RegExp(`(?i:introduc\\w*)\\s+${name}\\s+(?:to|with)\\s+${other}`, "u").exec(line) ??
    new RegExp(`(?i:intro)(?:duction)?\\s+(?:(?:of|for|between)\\s+)?${name}\\s+(?:to|with|and)\\s+${other}`, "u").exec(
      line,
    ) ??
    new RegExp(`(?i:pr[ée]sente)[rz]?\\s+${name}\\s+à\\s+${other}`, "u").exec(line) ??
    new RegExp(`(?i:stell)\\w*\\s+${name}\\s+(?:bitte\\s+)?([^,.;:!?\\n]+?)\\s+vor\\b`, "u").exec(line);
  const who = (found?.[1] ?? "").trim();
  return { who: /^(?:them|him|her|sie|ihn)$/u.test(who) ? "" : who, to: (found?.[2] ?? "").trim() };
}
