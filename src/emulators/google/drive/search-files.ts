import { badRequest } from "../google-error.ts";
import { type DriveState, isTrashed, type StoredFile } from "./drive-state.ts";

export type FileTest = (file: StoredFile) => boolean;

interface Reader {
  tokens: string[];
  at: number;
  state: DriveState;
  nowMs: number;
}

/**
 * The search language of `files.list`: comparisons joined by `and`, `or`, `not` and parentheses, texts in single quotes with
 * `\'` and `\\`. Properties and words are found from the moment they are indexed; folders and names at once.
 * Errors: 400 for anything else. Source: https://developers.google.com/workspace/drive/api/guides/ref-search-terms
 */
export function compileQuery(state: DriveState, q: string, nowMs: number): FileTest {
  if (q.trim() === "") return () => true;
  const reader: Reader = { tokens: tokenise(q), at: 0, state, nowMs };
  const test = readOr(reader);
  if (reader.at < reader.tokens.length) throw invalid();
  return test;
}

function tokenise(q: string): string[] {
  const tokens: string[] = [];
  const token = /\s*('(?:[^'\\]|\\.)*'|!=|<=|>=|[=<>(){}]|[A-Za-z][\w.]*)\s*/y;
  while (token.lastIndex < q.length) {
    const found = token.exec(q);
    if (found === null) throw invalid();
    tokens.push(found[1] ?? "");
  }
  return tokens;
}

function readOr(reader: Reader): FileTest {
  const tests = [readAnd(reader)];
  while (take(reader, "or")) tests.push(readAnd(reader));
  return (file) => tests.some((test) => test(file));
}

function readAnd(reader: Reader): FileTest {
  const tests = [readNot(reader)];
  while (take(reader, "and")) tests.push(readNot(reader));
  return (file) => tests.every((test) => test(file));
}

function readNot(reader: Reader): FileTest {
  if (take(reader, "not")) {
    const test = readNot(reader);
    return (file) => !test(file);
  }
  if (take(reader, "(")) {
    const test = readOr(reader);
    expect(reader, ")");
    return test;
  }
  return readTerm(reader);
}

function readTerm(reader: Reader): FileTest {
  const first = next(reader);
  if (first.startsWith("'")) return readMembership(reader, unquote(first));
  const operator = next(reader);
  switch (first) {
    case "name":
      return textTest(operator, readText(reader), ({ name }) => name, "prefix");
    case "mimeType":
      return textTest(operator, readText(reader), ({ mimeType }) => mimeType, "part");
    case "fullText":
      return fullTextTest(reader, operator, readText(reader));
    case "modifiedTime":
      return timeTest(operator, readText(reader), ({ modifiedTime }) => modifiedTime);
    case "createdTime":
      return timeTest(operator, readText(reader), ({ createdTime }) => createdTime);
    case "trashed":
      return flagTest(operator, next(reader), (file) => isTrashed(reader.state, file));
    case "starred":
      return flagTest(operator, next(reader), ({ starred }) => starred);
    case "sharedWithMe":
      return flagTest(operator, next(reader), ({ ownedByMe, parents }) => !ownedByMe && parents.length === 0);
    case "appProperties":
      return propertyTest(reader, operator, (file) => file.appProperties);
    case "properties":
      return propertyTest(reader, operator, (file) => file.properties);
    default:
      throw invalid();
  }
}

/** `'<folder>' in parents`, `'<address>' in owners`. */
function readMembership(reader: Reader, value: string): FileTest {
  expect(reader, "in");
  const where = next(reader);
  const { state } = reader;
  const parent = value === "root" ? state.rootId : value;
  if (where === "parents") return (file) => file.parents.includes(parent);
  const isMe = value === "me" || value === state.account;
  if (where === "owners") return (file) => file.ownedByMe === isMe;
  if (where === "writers") return (file) => file.canEdit && isMe;
  if (where === "readers") return () => isMe;
  throw invalid();
}

function textTest(
  operator: string,
  value: string,
  read: (file: StoredFile) => string,
  contains: "prefix" | "part",
): FileTest {
  const wanted = value.toLowerCase();
  if (operator === "=") return (file) => read(file).toLowerCase() === wanted;
  if (operator === "!=") return (file) => read(file).toLowerCase() !== wanted;
  if (operator !== "contains") throw invalid();
  if (contains === "part") return (file) => read(file).toLowerCase().includes(wanted);
  // `name contains` matches from the beginning of a word only.
  return (file) => startsWord(read(file), wanted);
}

function startsWord(text: string, wanted: string): boolean {
  const lower = text.toLowerCase();
  for (let at = lower.indexOf(wanted); at >= 0; at = lower.indexOf(wanted, at + 1)) {
    if (at === 0 || !/[\p{L}\p{N}]/u.test(lower.charAt(at - 1))) return true;
  }
  return false;
}

function fullTextTest({ nowMs }: Reader, operator: string, value: string): FileTest {
  if (operator !== "contains") throw invalid();
  const words = value.replace(/^"|"$/g, "").toLowerCase();
  return (file) => {
    if (file.indexedAt > nowMs) return false;
    const text = `${file.name}\n${file.description}\n${Buffer.from(file.content ?? []).toString("utf8")}`;
    return startsWord(text, words);
  };
}

function timeTest(operator: string, value: string, read: (file: StoredFile) => string): FileTest {
  // A time without a zone is UTC.
  const wanted = Date.parse(/[zZ]$|[+-]\d\d:?\d\d$/.test(value) ? value : `${value}${value.includes("T") ? "Z" : ""}`);
  if (Number.isNaN(wanted)) throw invalid();
  const compare = orders.get(operator);
  if (compare === undefined) throw invalid();
  return (file) => compare(Date.parse(read(file)), wanted);
}

const orders = new Map<string, (a: number, b: number) => boolean>([
  ["=", (a, b) => a === b],
  ["!=", (a, b) => a !== b],
  ["<", (a, b) => a < b],
  ["<=", (a, b) => a <= b],
  [">", (a, b) => a > b],
  [">=", (a, b) => a >= b],
]);

function flagTest(operator: string, value: string, read: (file: StoredFile) => boolean): FileTest {
  if ((operator !== "=" && operator !== "!=") || (value !== "true" && value !== "false")) throw invalid();
  const wanted = (value === "true") === (operator === "=");
  return (file) => read(file) === wanted;
}

function propertyTest(reader: Reader, operator: string, read: (file: StoredFile) => Record<string, string>): FileTest {
  if (operator !== "has") throw invalid();
  for (const word of ["{", "key", "="]) expect(reader, word);
  const key = readText(reader);
  for (const word of ["and", "value", "="]) expect(reader, word);
  const value = readText(reader);
  expect(reader, "}");
  return (file) => file.indexedAt <= reader.nowMs && read(file)[key] === value;
}

function readText(reader: Reader): string {
  const token = next(reader);
  if (!token.startsWith("'")) throw invalid();
  return unquote(token);
}

function next(reader: Reader): string {
  const token = reader.tokens[reader.at];
  if (token === undefined) throw invalid();
  reader.at += 1;
  return token;
}

function take(reader: Reader, token: string): boolean {
  if (reader.tokens[reader.at] !== token) return false;
  reader.at += 1;
  return true;
}

function expect(reader: Reader, token: string): void {
  if (!take(reader, token)) throw invalid();
}

function unquote(text: string): string {
  return text.slice(1, -1).replace(/\\(.)/gs, "$1");
}

function invalid(): Error {
  return badRequest("Invalid Value", "invalid");
}
