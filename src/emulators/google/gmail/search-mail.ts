import type { GmailState, StoredMessage } from "./gmail-state.ts";
import { headerOf, type MimePart, readHead, readMime, textOf } from "./mime-tree.ts";

export interface SearchClock {
  nowMs: number;
  /** Messages that arrived later than this long ago are not in the search index yet. */
  lagMs: number;
}

interface Term {
  test: Test;
  cost: number;
}
type Test = (message: StoredMessage, state: GmailState) => boolean;

const dayMs = 86_400_000;
const tokenPattern = /(-?)(?:(\w+):)?(?:"([^"]*)"|\(([^)]*)\)|([^\s"()]+))/g;

/**
 * Gmail's search operators that programs use, without alias expansion and without thread-wide match, as the API has it. OR
 * joins its two neighbours. An operator that is not known matches as a word, as at Google.
 * Source: https://support.google.com/mail/answer/7190, https://developers.google.com/workspace/gmail/api/guides/filtering
 */
export function compileSearch(q: string, clock: SearchClock): Test {
  const terms: Term[] = [];
  const words = rememberOne(wordsOf);
  let joining = false;
  for (const [, minus, operator, quoted, grouped, word] of q.matchAll(tokenPattern)) {
    if (operator === undefined && (word === "OR" || word === "|")) {
      joining = true;
      continue;
    }
    const inner =
      grouped !== undefined && operator === undefined ? compileSearch(grouped, { ...clock, lagMs: 0 }) : null;
    const test = inner ?? termOf(operator?.toLowerCase() ?? "", quoted ?? grouped ?? word ?? "", { ...clock, words });
    const signed: Test = minus === "-" ? (message, state) => !test(message, state) : test;
    const cost = costOf(operator?.toLowerCase());
    const before = terms.at(-1);
    if (joining && before !== undefined) {
      const either: Test = (m, s) => before.test(m, s) || signed(m, s);
      terms[terms.length - 1] = { test: either, cost: Math.max(before.cost, cost) };
    } else terms.push({ test: signed, cost });
    joining = false;
  }
  terms.sort((a, b) => a.cost - b.cost);
  return (message, state) =>
    (clock.lagMs === 0 || message.arrivedAt + clock.lagMs <= clock.nowMs) &&
    terms.every(({ test }) => test(message, state));
}

/** Dates and labels lie beside a message; headers have to be read, and bodies taken apart. */
function costOf(operator: string | undefined): number {
  if (operator === undefined || operator === "has" || operator === "filename") return 2;
  return ["from", "to", "cc", "bcc", "subject", "rfc822msgid", "list", "deliveredto"].includes(operator) ? 1 : 0;
}

/** Several words of a search are looked for in one message after the other: taking it apart once is enough. */
function rememberOne(read: (message: StoredMessage) => string): (message: StoredMessage) => string {
  let last: { message: StoredMessage; text: string } | null = null;
  return (message) => {
    if (last?.message !== message) last = { message, text: read(message) };
    return last.text;
  };
}

type Words = { words(message: StoredMessage): string };

function termOf(operator: string, value: string, clock: SearchClock & Words): Test {
  const lower = value.toLowerCase();
  switch (operator) {
    case "from":
    case "to":
    case "cc":
    case "bcc":
    case "subject":
      return headerHas(operator, lower);
    case "list":
      return headerHas("list-id", lower);
    case "deliveredto":
      return headerHas("delivered-to", lower);
    case "filename":
      return (message) => fileNames(readMime(message.raw)).some((name) => name.includes(lower));
    case "rfc822msgid":
      return (message) => headerText(message, "message-id").replace(/[<>]/g, "").trim() === value.replace(/[<>]/g, "");
    case "after":
    case "newer":
      return after(parseDate(value));
    case "before":
    case "older":
      return before(parseDate(value));
    case "newer_than":
      return after(clock.nowMs - parseSpan(value));
    case "older_than":
      return before(clock.nowMs - parseSpan(value));
    case "larger":
    case "size":
      return (message) => message.raw.byteLength > parseSize(value);
    case "smaller":
      return (message) => message.raw.byteLength < parseSize(value);
    case "has":
      return lower === "attachment" ? (message) => hasFile(readMime(message.raw)) : () => false;
    case "in":
    case "is":
    case "label":
    case "category":
      return labelTest(operator, lower);
    default:
      return (message) => clock.words(message).includes(operator === "" ? lower : `${operator}:${lower}`);
  }
}

const after =
  (ms: number): Test =>
  (message) =>
    message.internalDate >= ms;
const before =
  (ms: number): Test =>
  (message) =>
    message.internalDate < ms;

function headerText(message: StoredMessage, name: string): string {
  return headerOf(readHead(message.raw), name) ?? "";
}

function headerHas(name: string, value: string): Test {
  return (message) => headerText(message, name).toLowerCase().includes(value);
}

function labelTest(operator: string, value: string): Test {
  if (operator === "in" && value === "anywhere") return () => true;
  if (operator === "is" && value === "read") return (message) => !message.labelIds.includes("UNREAD");
  const system =
    operator === "category" ? `CATEGORY_${value.toUpperCase()}` : (aliases.get(value) ?? value.toUpperCase());
  return (message, state) =>
    message.labelIds.some((id) => {
      if (id === system) return true;
      const own = state.ownLabels.get(id)?.toLowerCase();
      return own === value || own?.replace(/[ /]/g, "-") === value;
    });
}

const aliases = new Map([
  ["drafts", "DRAFT"],
  ["draft", "DRAFT"],
  ["chats", "CHAT"],
]);

function parseDate(value: string): number {
  if (/^\d{5,}$/.test(value)) return Number(value) * 1000;
  const [year = 1970, month = 1, day = 1] = value.split(/[/-]/).map(Number);
  return Date.UTC(year, month - 1, day);
}

function parseSpan(value: string): number {
  const found = /^(\d+)([dmy])$/.exec(value);
  const days = { d: 1, m: 30, y: 365 };
  const unit = found?.[2];
  return Number(found?.[1] ?? 0) * dayMs * (unit === "d" || unit === "m" || unit === "y" ? days[unit] : 1);
}

function parseSize(value: string): number {
  const found = /^(\d+)([km]?)b?$/i.exec(value);
  const unit = (found?.[2] ?? "").toLowerCase();
  return Number(found?.[1] ?? 0) * (unit === "m" ? 1_048_576 : unit === "k" ? 1024 : 1);
}

function hasFile(part: MimePart): boolean {
  return fileNames(part).length > 0;
}

function fileNames(part: MimePart): string[] {
  const own = part.filename === "" ? [] : [part.filename.toLowerCase()];
  return [...own, ...part.parts.flatMap(fileNames)];
}

function wordsOf(message: StoredMessage): string {
  const collect = (part: MimePart): string =>
    `${part.mimeType.startsWith("text/") ? textOf(part) : ""} ${part.parts.map(collect).join(" ")}`;
  const heads = ["from", "to", "subject"].map((name) => headerText(message, name)).join(" ");
  return `${heads} ${collect(readMime(message.raw))}`.toLowerCase();
}
