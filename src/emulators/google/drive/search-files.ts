import { badRequest } from "../google-error.ts";
import { type DriveState, isTrashed, type StoredFile } from "./drive-state.ts";

type Test = (file: StoredFile) => boolean;

const clausePatterns: [RegExp, (state: DriveState, found: RegExpExecArray, nowMs: number) => Test][] = [
  [/^'((?:[^'\\]|\\.)*)' in parents$/, (state, found) => inParents(state, found[1] ?? "")],
  [/^trashed\s*=\s*(true|false)$/, (state, found) => (file) => isTrashed(state, file) === (found[1] === "true")],
  [/^name\s*=\s*'((?:[^'\\]|\\.)*)'$/, (_, found) => (file) => file.name === unquote(found[1] ?? "")],
  [
    /^name contains '((?:[^'\\]|\\.)*)'$/,
    (_, found) => (file) => file.name.toLowerCase().startsWith(unquote(found[1] ?? "").toLowerCase()),
  ],
  [/^mimeType\s*=\s*'([^']*)'$/, (_, found) => (file) => file.mimeType === found[1]],
  [/^mimeType\s*!=\s*'([^']*)'$/, (_, found) => (file) => file.mimeType !== found[1]],
  [/^modifiedTime\s*>=?\s*'([^']*)'$/, (_, found) => (file) => file.modifiedTime > (found[1] ?? "")],
  [
    /^appProperties has \{\s*key='([^']*)' and value='([^']*)'\s*\}$/,
    (_, found, nowMs) => (file) => file.indexedAt <= nowMs && file.appProperties[found[1] ?? ""] === found[2],
  ],
];

/**
 * The search language of `files.list`, as far as programs use it: clauses joined by `and`, single quotes escaped by a
 * backslash. Errors: 400 for anything else. Source: https://developers.google.com/workspace/drive/api/guides/search-files
 */
export function compileQuery(state: DriveState, q: string, nowMs: number): Test {
  const clauses = splitAnd(q).map((clause) => {
    for (const [pattern, make] of clausePatterns) {
      const found = pattern.exec(clause.trim());
      if (found !== null) return make(state, found, nowMs);
    }
    throw badRequest("Invalid Value", "invalid");
  });
  return (file) => clauses.every((test) => test(file));
}

function inParents(state: DriveState, id: string): Test {
  const parent = id === "root" ? state.rootId : unquote(id);
  return (file) => file.parents.includes(parent);
}

function splitAnd(q: string): string[] {
  if (q.trim() === "") return [];
  const parts: string[] = [];
  let rest = q;
  // `and` inside braces or quotes joins nothing.
  const clause = /^(?:'(?:[^'\\]|\\.)*'|\{[^}]*\}|(?! and )[^'{])+/;
  for (;;) {
    const found = clause.exec(rest)?.[0] ?? "";
    parts.push(found);
    rest = rest.slice(found.length);
    if (!rest.startsWith(" and ")) break;
    rest = rest.slice(5);
  }
  if (rest.trim() !== "") throw badRequest("Invalid Value", "invalid");
  return parts;
}

function unquote(text: string): string {
  return text.replace(/\\(.)/g, "$1");
}
