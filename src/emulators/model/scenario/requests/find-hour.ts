import { field, list, text } from "../../find-values.ts";
import type { Desk } from "../desk.ts";
import { addDays, weekOf } from "../find-day.ts";
import { firstName } from "../read-text.ts";
import { type FoundPerson, findPerson } from "./find-person.ts";
import { namesIn } from "./names-in.ts";
import { askOwner, inLanguage, knownActions, proposeCards, toOwner } from "./say-to-owner.ts";

export const hourWords =
  /\b(?:(?:find|set up|arrange|schedule)\b.*\b(?:hour|time|slot|minutes?|meeting|call)|such\w*\b.*\b(?:stunde|termin|zeit)|finde?\b.*\b(?:stunde|termin)|trouve\w*\b.*\b(?:heure|créneau|rendez-vous|moment))\b/iu;

/** A time that all have, as far as their calendars are read, and an event with them as guests. */
export function findHour(desk: Desk): string {
  const names = whoIsMeant(desk);
  if (names.length === 0) {
    return askOwner(desk, inLanguage(desk, { en: "With whom?", de: "Mit wem?", fr: "Avec qui ?" }));
  }
  const people = names.map((name) => findPerson(desk, name) ?? blank(name));
  const missing = people.find(({ address }) => address === "");
  if (missing !== undefined) {
    return askOwner(
      desk,
      inLanguage(desk, {
        en: `I found no address of ${missing.name}. Which one shall I invite?`,
        de: `Ich habe keine Adresse von ${missing.name} gefunden. Welche soll ich einladen?`,
        fr: `Je n'ai pas trouvé d'adresse de ${missing.name}. Laquelle dois-je inviter ?`,
      }),
    );
  }
  const minutes = minutesIn(desk.words);
  const input = { people: people.map(({ address }) => address), ...daysIn(desk), minutes };
  const data = desk.ask("free_time", input);
  const start = text(list(data, "slots")[0], "start");
  if (start === "") {
    return toOwner(
      inLanguage(desk, {
        en: "There is no such time on these days.",
        de: "In diesen Tagen gibt es keine solche Zeit.",
        fr: "Il n'y a pas de tel moment ces jours-là.",
      }),
    );
  }
  const [action = "calendar.create_event"] = knownActions(desk, ["calendar.create_event"]);
  const title = people.map(({ name }) => firstName(name)).join(", ");
  const guests = people.map(({ name, address }) => `${name} <${address}>`);
  const unread = list(data, "unknown").map(String);
  const more =
    unread.length === 0
      ? ""
      : inLanguage(desk, {
          en: `I cannot see the calendar of ${unread.join(", ")}.`,
          de: `Den Kalender von ${unread.join(", ")} sehe ich nicht.`,
          fr: `Je ne vois pas l'agenda de ${unread.join(", ")}.`,
        });
  const ask = { title, start, durationMinutes: minutes, guests };
  return proposeCards(desk, [{ action, ask }], {
    why: "A time all of them have.",
    about: people.map(({ item }) => item),
    more: `${start}. ${more}`.trim(),
  });
}

/** Those the words name; "both of them" are those of the thread pointed at, or whom the request before was about. */
function whoIsMeant(desk: Desk): string[] {
  const named = namesIn(desk.words);
  if (named.length > 0) return named;
  const threads = desk.askAll(desk.threads.map((id) => ({ name: "thread", input: { id } })));
  const there = threads.flatMap((data) => list(data, "thread", "people")).filter((one) => field(one, "owner") !== true);
  if (there.length > 0) return there.map((one) => text(one, "name") || text(one, "address"));
  return (
    desk.earlier
      .toReversed()
      .map((one) => namesIn(text(one, "words")))
      .find((names) => names.length > 0) ?? []
  );
}

function blank(name: string): FoundPerson {
  return { name, address: "", phone: "", threads: [], item: null };
}

function minutesIn(words: string): number {
  const said = /\b(\d{2,3}) ?min/iu.exec(words)?.[1];
  if (said !== undefined) return Number(said);
  return /\b(?:half an hour|halbe stunde|demi-heure)\b/iu.test(words) ? 30 : 60;
}

function daysIn(desk: Desk): { from: string; to: string } {
  if (/\b(?:next week|nächste[nr]? woche|semaine prochaine)\b/iu.test(desk.words)) {
    const { monday, friday } = weekOf(desk.today, 1);
    return { from: monday, to: friday };
  }
  if (/\b(?:this week|diese[rn]? woche|cette semaine)\b/iu.test(desk.words))
    return { from: desk.today, to: weekOf(desk.today, 0).sunday };
  if (/\b(?:tomorrow|morgen|demain)\b/iu.test(desk.words))
    return { from: addDays(desk.today, 1), to: addDays(desk.today, 1) };
  return { from: addDays(desk.today, 1), to: addDays(desk.today, 14) };
}
