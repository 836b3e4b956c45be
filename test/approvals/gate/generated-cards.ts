import type { PreviewFile } from "../../../src/core/action.ts";

/** One everyday card as chance makes it: what came in, what the owner asked, what would go out. */
export interface Generated {
  name: string;
  /** Who wrote, or is written to; the owner has written to everybody but those of `first`. */
  with: string;
  others: string[];
  first: "contact" | "writer" | null;
  subject: string;
  /** Null where the owner begins. */
  said: string | null;
  asked: string;
  draft: string | null;
  action: string;
  files: PreviewFile[];
  /** How many things a bulk card is done to. */
  lines: number;
}

const people = [
  "paul@adler.example",
  "marta@heine.example",
  "jo@okafor.example",
  "ines@moreau.example",
  "tom@lindt.example",
];
const offices = [
  "office@dent.example",
  "sekretariat@schule.example",
  "service@werkstatt.example",
  "mairie@ville.example",
];
const days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const tage = ["Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag"];
const jours = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"];
const places = ["the office", "the station", "the library", "my place", "the café on the corner"];
const things = ["the ladder", "the drill", "the blue folder", "the bike", "the tent", "the keys"];
const links = ["https://photos.example/album/summer", "https://docs.example/minutes", "https://cinema.example/tonight"];

interface Slots {
  at: number;
  /** How often its kind came before. */
  round: number;
  who: string;
  office: string;
  day: string;
  tag: string;
  jour: string;
  hour: number;
  place: string;
  thing: string;
  link: string;
  price: number;
}

type Shape = Partial<Generated> & Pick<Generated, "asked">;

/** What an ordinary week brings, one function a kind. `first`, files and answers to many are as rare as they are. */
const kinds: readonly ((slots: Slots) => Shape)[] = [
  ({ day, hour, place }) => ({
    subject: `${day}?`,
    said: `Hi Clara,\nare you free on ${day} at ${hour}:30 at ${place}?\nCheers`,
    asked: "yes",
    draft: `Hi, yes, ${day} at ${hour}:30 at ${place} suits me.\nClara`,
  }),
  ({ day, hour }) => ({
    subject: "Moving our call",
    said: `Could we move our call to ${day}, ${hour}:00?`,
    asked: `no, ${hour + 1} works`,
    draft: `${hour}:00 is difficult on ${day}, but ${hour + 1} works for me. Is that all right?\n\nBest wishes\nClara`,
  }),
  ({ thing, day }) => ({
    subject: "Borrowing something",
    said: `Could I borrow ${thing} until ${day}?`,
    asked: "sure, pick it up whenever",
    draft: `Sure, pick up ${thing} whenever you like. ${day} is fine.\nClara`,
  }),
  ({ tag, hour, office }) => ({
    with: office,
    subject: "Terminbestätigung",
    said: `Sehr geehrte Frau Weiss, wir bestätigen Ihren Termin am ${tag} um ${hour}:00 Uhr. Bitte antworten Sie kurz.`,
    asked: "bestätigen",
    draft: `Guten Tag,\n\ngern, ich komme am ${tag} um ${hour}:00 Uhr.\n\nFreundliche Grüße\nClara Weiss`,
  }),
  ({ jour, hour }) => ({
    subject: "Dîner",
    said: `Salut Clara, on dîne ${jour} à ${hour}h ?`,
    asked: "oui, avec plaisir",
    draft: `Salut, oui, avec plaisir ${jour} à ${hour}h.\nClara`,
  }),
  ({ price, office }) => ({
    with: office,
    subject: "Kostenvoranschlag",
    said: `Die Reparatur kostet ${price} Euro. Sollen wir beginnen?`,
    asked: "ja, sie sollen anfangen",
    draft: `Guten Tag, ja, bitte fangen Sie an. Die ${price} Euro sind in Ordnung.\nClara Weiss`,
  }),
  ({ link, day }) => ({
    subject: "Have a look",
    said: `I put everything here: ${link}\nTell me what you think before ${day}.`,
    asked: "thank them, I will look tonight",
    draft: `Thank you! I will look at ${link} tonight.\nClara`,
  }),
  ({ day }) => ({
    subject: "Party",
    said: `We celebrate on ${day}. Will you come, and do you eat meat?`,
    asked: "coming, vegetarian",
    draft: "Lovely, I am coming. And I am a vegetarian.\nClara",
  }),
  ({ place, hour }) => ({
    said: null,
    subject: "Meeting",
    asked: `tell them I wait at ${place} at ${hour}:15`,
    draft: `Hello, I wait for you at ${place} at ${hour}:15.\nClara`,
  }),
  ({ thing }) => ({
    said: null,
    subject: "Back soon",
    asked: `ask whether I can bring back ${thing} next week`,
    draft: `Hi, can I bring back ${thing} next week?\nClara`,
  }),
  ({ day, round }) => ({
    others: round % 5 === 3 ? people.concat(offices) : people.slice(0, 3),
    subject: "Choir",
    said: `Dear all, rehearsal is on ${day} this week. Who can come?`,
    asked: "I come, tell everybody",
    draft: `Dear all, I come on ${day}.\nClara`,
  }),
  ({ who, at, round }) => ({
    with: `new${at}@firsttime.example`,
    first: round % 4 === 0 ? "contact" : round % 4 === 2 ? "writer" : null,
    subject: "Hello",
    said: `Hello Clara, ${who.split("@")[0] ?? ""} gave me your address. Do you still give piano lessons?`,
    asked: "no longer, sorry",
    draft: "Hello, I am sorry, I no longer give lessons. All the best\nClara",
  }),
  ({ day, hour }) => ({
    action: "calendar.create_event",
    asked: `dentist ${day} ${hour}`,
    subject: "Dentist",
    said: null,
  }),
  ({ day, hour }) => ({
    action: "calendar.respond",
    subject: "Invitation: planning",
    said: `You are invited to planning on ${day} at ${hour}:00.`,
    asked: "accept",
  }),
  ({ at }) => ({
    action: "gmail.archive",
    subject: "",
    said: null,
    asked: "archive the newsletters",
    lines: 5 + (at % 60),
  }),
  ({ day }) => ({
    action: "gmail.label",
    subject: "Tax",
    said: `The papers for ${day} are attached.`,
    asked: "label it tax",
    lines: 1,
  }),
  ({ at, round, thing }) => ({
    subject: "The photo",
    said: `Do you have a picture of ${thing}?`,
    asked: `send them photo-${at}.png`,
    draft: `Here is a picture of ${thing}.\nClara`,
    files: round % 3 === 1 ? [picture(`photo-${at}.png`)] : [],
  }),
  ({ office, day }) => ({
    with: office,
    subject: "Anmeldung",
    said: `Bitte melden Sie Ihr Kind bis ${day} an. Wir brauchen nur eine kurze Zusage.`,
    asked: "zusagen",
    draft: "Guten Tag, hiermit sagen wir zu.\nClara Weiss",
  }),
];

function picture(name: string): PreviewFile {
  return { name, mediaType: "image/png", sizeBytes: 20_000, sha256: name, text: null };
}

const blank = { others: [], first: null, draft: null, action: "gmail.reply", files: [], lines: 0 };

/** So many cards, each kind in turn, its days, hours, people and things mixed by their place. Always the same ones. */
export function generateCards(count: number): Generated[] {
  return Array.from({ length: count }, (_, at) => {
    const pick = <T>(from: readonly T[], step: number): T => {
      const found = from[(at * step + Math.floor(at / 7)) % from.length];
      if (found === undefined) throw new Error("nothing to pick from");
      return found;
    };
    const who = pick(people, 3);
    const slots = {
      at,
      round: Math.floor(at / kinds.length),
      who,
      office: pick(offices, 1),
      day: pick(days, 5),
      tag: pick(tage, 1),
      jour: pick(jours, 1),
      hour: 8 + ((at * 5) % 11),
      place: pick(places, 2),
      thing: pick(things, 1),
      link: pick(links, 1),
      price: 40 + ((at * 37) % 900),
    };
    const shape = kinds[at % kinds.length]?.(slots);
    if (shape === undefined) throw new Error("no kind");
    return { ...blank, with: who, subject: "", said: null, name: `${at} ${shape.subject ?? ""}`, ...shape };
  });
}
