import { field, list, number, text } from "../../find-values.ts";
import type { Desk } from "../desk.ts";
import { fold, namesSomebody, readParty } from "../read-text.ts";

/** The message in which somebody asks for an introduction, and what it says. */
export interface Asking {
  thread: number;
  item: number | null;
  isChat: boolean;
  /** Who asks, as the conversation names them. */
  friend: string;
  /** The owner's name, as the conversation has it; empty when it does not. */
  owner: string;
  /** The texts of whoever asks, newest conversation part. */
  texts: string;
  /** What the owner wrote there: it tells in which language. */
  ownWords: string;
  /** Who is to be introduced, as the message names them; empty when it does not say. */
  named: string;
  fullName: string;
  organisation: string;
  /** What the other one is: "recruiter". */
  role: string;
  links: string[];
}

const asksForIt =
  /\b(?:intro\w*|recruiter|connect|headhunter|vorstell\w*|kontakt|bekannt machen|mettre en (?:contact|relation)|présente\w*|recruteu\w+)\b/iu;
const name = "\\p{Lu}[\\p{L}'’-]+(?: \\p{Lu}[\\p{L}'’-]+)*";
const mostOpened = 5;

/** Looks for it: in the threads the owner points at, then where the name or the wish stands; chats first. */
export function findAsking(desk: Desk, who: string): Asking | null {
  const words = who === "" ? "intro* OR vorstell* OR présent*" : who;
  const hits = desk.threads.length > 0 ? [] : list(desk.ask("search", { words, limit: 20 }), "hits");
  const isMail = (hit: unknown): number => (text(hit, "channel") === "mail" ? 1 : 0);
  const found = hits.toSorted((a, b) => isMail(a) - isMail(b)).map((hit) => number(hit, "thread"));
  const ids = [...new Set([...desk.threads, ...found])].filter((id) => id !== null).slice(0, mostOpened);
  for (const id of ids) {
    const asking = readAsking(field(desk.ask("thread", { id }), "thread"), who);
    if (asking !== null) return asking;
  }
  return null;
}

function readAsking(thread: unknown, who: string): Asking | null {
  const id = number(thread, "thread");
  const items = list(thread, "items");
  const theirs = items.filter((one) => field(one, "fromOwner") !== true);
  const at = theirs.findLastIndex((one) => asksForIt.test(text(one, "text")));
  const from = text(theirs[at], "from");
  // Whoever asks for something in a chat does it in several messages.
  const around = theirs.slice(Math.max(0, at - 2), at + 3).filter((one) => text(one, "from") === from);
  const texts = around.map((one) => text(one, "text")).join("\n");
  if (id === null || at < 0 || (who !== "" && !namesSomebody(texts, who))) return null;
  const named =
    who === "" ? (new RegExp(`\\b(?:intro\\w*|présent\\w*)\\s+(${name})`, "u").exec(texts)?.[1] ?? "") : who;
  return {
    thread: id,
    item: number(theirs[at], "item"),
    isChat: text(thread, "channel") !== "mail",
    owner: text(
      list(thread, "people").find((one) => field(one, "owner") === true),
      "name",
    ),
    friend: readParty(from).name || text(thread, "title"),
    texts,
    ownWords: items
      .filter((one) => field(one, "fromOwner") === true)
      .map((one) => text(one, "text"))
      .slice(-6)
      .join("\n"),
    named,
    fullName: fullNameOf(texts, named),
    organisation: organisationOf(texts),
    role:
      /\b(recruiter|headhunter|recruteu(?:r|se)|personalvermittler(?:in)?|lawyer|designer|accountant|investor)\b/iu.exec(
        texts,
      )?.[1] ?? "",
    links: linksOf(around, texts),
  };
}

/** The longest name in the text that begins with the one that is asked for. */
function fullNameOf(texts: string, named: string): string {
  const first = named.split(/\s+/)[0] ?? "";
  const all = [...texts.matchAll(new RegExp(`(${name})`, "gu"))].map((found) => found[1] ?? "");
  return (
    all.filter((one) => first !== "" && fold(one).startsWith(fold(first))).toSorted((a, b) => b.length - a.length)[0] ??
    named
  );
}

/** What stands after "at": the first word in capitals, as whoever wrote it wrote it. */
function organisationOf(texts: string): string {
  return /\b(?:at|bei|chez|from|von|de)\s+(\p{Lu}[\p{L}\d'’-]+(?: \p{Lu}[\p{L}\d'’-]+)*)/u.exec(texts)?.[1] ?? "";
}

/** Links as they stand, and those said in short: "x.example/jobs/a-1 and a-2" are two. */
function linksOf(items: readonly unknown[], texts: string): string[] {
  const written = items.flatMap((one) => list(one, "links").map(String));
  const bare = [...texts.matchAll(/(?<![@\w.])(?:https?:\/\/)?[\w-]+(?:\.[\w-]+)+\/[^\s,;)]*[\w/]/gu)].map(
    ([one]) => one,
  );
  const links = [...new Set([...written, ...bare].map(toUrl))].filter((one) => one !== "" && !one.includes("@"));
  const short = links.flatMap((link) => {
    const last = link.slice(link.lastIndexOf("/") + 1);
    const kind = last.replace(/\d+/g, "\\d+");
    const more = new RegExp(`${last}\\b\\s*(?:,|and|und|et|&|y|e)\\s*(${kind})\\b`, "u").exec(texts)?.[1];
    return last === kind || more === undefined ? [] : [`${link.slice(0, link.lastIndexOf("/") + 1)}${more}`];
  });
  return [...new Set([...links, ...short])];
}

function toUrl(link: string): string {
  const whole = /^https?:\/\//.test(link) ? link : `https://${link}`;
  return URL.canParse(whole) ? whole : "";
}
