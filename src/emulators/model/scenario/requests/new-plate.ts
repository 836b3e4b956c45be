import { field, list, number, text } from "../../find-values.ts";
import type { Desk } from "../desk.ts";
import { askOwner, inLanguage, knownActions, proposeCards, toOwner } from "./say-to-owner.ts";

export const plateWords =
  /\b(?:(?:licen[cs]e |number |new )?plates?|kennzeichen|nummernschild|plaque|immatriculation)\b/iu;
/** Registration numbers as Germany, France, Britain and others write them; a file's name may have other signs between. */
const plate =
  /(?<![\p{L}\d])(?:[A-ZÄÖÜ]{1,3}[-_ ][A-ZÄÖÜ]{1,2}[-_ ]?\d{1,4}[EH]?|[A-Z]{2}[-_ ]\d{3}[-_ ][A-Z]{2}|[A-Z]{2}\d{2}[-_ ]?[A-Z]{3})(?![\p{L}\d])/gu;
const plateLabel = /\b(?:plate|registration|kennzeichen|immatriculation|plaque|matr[ií]cula|targa)\b/iu;
const documents = ["car", "auto", "voiture", "vehicle", "fahrzeug"];
const actions = ["drive.update_file", "home.update_document"];

/** A new registration number, from the owner's words, what they gave, or a letter; the car document with it, else unchanged. */
export function newPlate(desk: Desk): string {
  const document = findDocument(desk);
  if (document === null) {
    return toOwner(
      inLanguage(desk, {
        en: "I found no document that holds the plate of the car.",
        de: "Ich habe kein Dokument gefunden, in dem das Kennzeichen steht.",
        fr: "Je n'ai trouvé aucun document qui contient l'immatriculation.",
      }),
    );
  }
  const found = readNewPlate(desk, document.old);
  if (found === null) {
    return askOwner(
      desk,
      inLanguage(desk, {
        en: "I cannot read the new plate. What is it?",
        de: "Ich kann das neue Kennzeichen nicht lesen. Wie lautet es?",
        fr: "Je n'arrive pas à lire la nouvelle plaque. Quelle est-elle ?",
      }),
    );
  }
  const wanted = likeOld(found.plate, document.old);
  const [action = "drive.update_file"] = knownActions(desk, actions);
  const line = { find: document.line, with: document.line.replace(document.old, wanted) };
  const whole = { find: document.old, with: wanted };
  const replace = [document.text.split(document.old).length === 2 ? whole : line];
  const ask = action === "drive.update_file" ? { file: fileOf(document), replace } : { path: document.path, replace };
  return proposeCards(desk, [{ action, ask }], {
    why: "The new plate.",
    about: [found.item, document.item],
    more: `${document.old} → ${wanted}.`,
  });
}

/** By its path in the mirrored folder; what lies elsewhere by its number. */
function fileOf({ path, item }: CarDocument): string | number {
  return path.startsWith("drive/") || item === null ? path.replace(/^drive\//, "") : item;
}

interface CarDocument {
  item: number | null;
  path: string;
  text: string;
  /** The line that says the plate, and the plate in it. */
  line: string;
  old: string;
}

function findDocument(desk: Desk): CarDocument | null {
  for (const name of documents) {
    const [best] = list(desk.ask("document", { name }), "documents");
    const whole = text(best, "text");
    const line = whole.split("\n").find((one) => plateLabel.test(one) && platesIn(one).length > 0);
    const old = line === undefined ? undefined : platesIn(line)[0];
    if (line !== undefined && old !== undefined) {
      return { item: number(best, "item"), path: text(best, "path"), text: whole, line, old };
    }
  }
  return null;
}

/** The first number that is not the old one: of the words, of what was given, and only where nothing was given of letters. */
function readNewPlate(desk: Desk, old: string): { plate: string; item: number | null } | null {
  const inWords = otherThan(desk.words, old);
  if (inWords !== null) return { plate: inWords, item: null };
  for (const file of desk.files) {
    const seen = JSON.stringify(field(desk.ask("item", { id: file.item }), "item") ?? "");
    const plateSeen = otherThan(`${seen} ${file.name.replace(/\.\w+$/, "")}`, old);
    if (plateSeen !== null) return { plate: plateSeen, item: file.item };
  }
  return desk.files.length > 0 ? null : readLetters(desk, old);
}

function readLetters(desk: Desk, old: string): { plate: string; item: number | null } | null {
  const words = "kennzeichen OR plate OR immatriculation OR nummernschild";
  const hits = list(desk.ask("search", { words, limit: 10 }), "hits")
    .filter((hit) => text(hit, "channel") !== "drive")
    .toSorted((a, b) => text(b, "at").localeCompare(text(a, "at")));
  for (const hit of hits.slice(0, 5)) {
    const id = number(hit, "item");
    const item = id === null ? null : field(desk.ask("item", { id }), "item");
    const [file] = list(item, "attachments");
    const plateSeen =
      field(item, "fromOwner") === true ? null : otherThan(`${text(item, "text")} ${text(file, "text")}`, old);
    if (plateSeen !== null) return { plate: plateSeen, item: id };
  }
  return null;
}

function otherThan(seen: string, old: string): string | null {
  return platesIn(seen).find((one) => bare(one) !== bare(old)) ?? null;
}

function platesIn(seen: string): string[] {
  return [...seen.matchAll(plate)].map(([one]) => one);
}

function bare(one: string): string {
  return one.replace(/[-_ ]/g, "");
}

/** Written with the same signs between its parts as the old one. */
function likeOld(wanted: string, old: string): string {
  const parts = wanted.match(/\p{L}+|\d+/gu) ?? [wanted];
  const signs = old.match(/[-_ ]/g) ?? [];
  const germanParts = /^(\p{L}+)[-_ ](\p{L}+)[-_ ]?(\d+\p{L}?)$/u.exec(wanted);
  const all = germanParts === null ? parts : germanParts.slice(1);
  return all.map((part, at) => (at === 0 ? part : `${signs[at - 1] ?? ""}${part}`)).join("");
}
