import { attachedWords, callWords, deletedWords, leftOut, mediaKinds, systemWords } from "./whatsapp-words.ts";

/** A file that a message shows or names. */
export interface MediaLine {
  name: string;
  mediaType: string;
  voice: boolean;
}

export type Body =
  | { kind: "message"; text: string; media: MediaLine[]; edited: boolean }
  | { kind: "system"; what: "deleted" | "call" | "notice" | "empty" };

const marks = /[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff]/g;
/** Each run is tried from its first character only: a message may be 65,536 characters of the same. */
const endStops = /(?<![.。])[.。]+$/;
const edgeMarks = /^[\u200e\u200f]+|(?<![\u200e\u200f])[\u200e\u200f]+$/gm;
const attachedFile = /\u200e?<[^<>:：\n]{2,40}[:：] ?([^<>\n]{1,255}\.[\p{L}\p{N}]{1,8})>/u;
const namedFile = /^([^\n]{1,250}?\.[\p{L}\p{N}]{2,5}) \(([^()\n]{3,40})\)(?=\n|$)/u;
const cameraName = /^(?:IMG|VID|PTT|AUD|DOC|STK)-\d{8}-WA\d+/;
const omittedLine = /^<[\p{L}\p{M}\s’'.-]{5,50}>(?=\n|$)/u;
const editedNote =
  /\s?\u200e?<(?:This message was edited|Diese Nachricht wurde bearbeitet|Se editó este mensaje\.?|Ce message a été modifié|Questo messaggio è stato modificato|Mensagem editada|Dit bericht is bewerkt|Bu mesaj düzenlendi|Сообщение изменено|تم تعديل هذه الرسالة)>\s*$/iu;
const extensionTypes: Record<string, string> = {
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  png: "image/png",
  webp: "image/webp",
  gif: "image/gif",
  heic: "image/heic",
  mp4: "video/mp4",
  mov: "video/quicktime",
  "3gp": "video/3gpp",
  opus: "audio/ogg",
  ogg: "audio/ogg",
  m4a: "audio/mp4",
  mp3: "audio/mpeg",
  aac: "audio/aac",
  amr: "audio/amr",
  pdf: "application/pdf",
  vcf: "text/vcard",
  txt: "text/plain",
  csv: "text/csv",
  zip: "application/zip",
  docx: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  pptx: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
};

/** The rest of a header line without its name: who wrote it, or null when the app did. Names keep a leading "~ ". */
export function splitSender(rest: string): { sender: string | null; body: string } {
  const colon = /: |:$/.exec(rest);
  if (colon === null || colon.index === 0) return { sender: null, body: rest };
  const name = rest
    .slice(0, colon.index)
    .replace(marks, "")
    .replace(/[\s\u00a0\u202f]+/g, " ")
    .trim();
  const quotes = name.match(/["“”„«»]/g)?.length ?? 0;
  const byTheApp = name === "" || name.length > 120 || quotes === 1 || (name.length > 15 && systemWords.test(name));
  return byTheApp
    ? { sender: null, body: rest }
    : { sender: name, body: rest.slice(colon.index + 1).replace(/^ /, "") };
}

/**
 * What the body of a line with a sender is: a message with the files it shows, or something the app wrote in the sender's
 * name. `marked` and `bracketed` are the header's.
 */
export function readBody(body: string, header: { marked: boolean; bracketed: boolean }): Body {
  const edited = editedNote.test(body);
  const text = edited ? body.replace(editedNote, "") : body;
  const plain = text.replace(marks, "").trim();
  const short = plain.replace(endStops, "");
  if (deletedWords.some((words) => words.test(short))) return { kind: "system", what: "deleted" };
  if (callWords.test(plain) && !plain.includes("\n")) return { kind: "system", what: "call" };
  if (plain === "null" || plain === "") return { kind: "system", what: "empty" };
  const shown = takeMedia(text, header);
  if (shown !== null) return { kind: "message", text: clean(shown.rest), media: [shown.media], edited };
  if (header.bracketed && isNotice(text)) return { kind: "system", what: "notice" };
  return { kind: "message", text: clean(text), media: [], edited };
}

/** iOS writes its own lines behind a mark; locations, links and polls are behind one too and are messages. */
function isNotice(text: string): boolean {
  return /^\u200e/.test(text) && !/https?:\/\//.test(text) && !/\n\u200e/.test(text);
}

function takeMedia(text: string, header: { marked: boolean }): { media: MediaLine; rest: string } | null {
  const attached = attachedFile.exec(text);
  if (attached?.[1] !== undefined && (attached[0].startsWith("\u200e") || attachedWords.test(attached[0]))) {
    const before = text.slice(0, attached.index);
    const name = attached[1].trim();
    const caption = `${before}${text.slice(attached.index + attached[0].length)}`;
    return { media: describeFile(name), rest: name.endsWith(clean(before)) ? caption.slice(before.length) : caption };
  }
  const unmarked = text.replace(/^[\u200e\u200f]+/, "");
  const named = namedFile.exec(unmarked);
  if (named?.[1] !== undefined && (cameraName.test(named[1]) || attachedWords.test(named[2] ?? ""))) {
    return { media: describeFile(named[1].replace(marks, "")), rest: unmarked.slice(named[0].length) };
  }
  const omitted = omittedLine.exec(unmarked);
  if (omitted !== null) return { media: omittedMedia(omitted[0]), rest: unmarked.slice(omitted[0].length) };
  return takeLeftOut(text, header.marked);
}

/** "‎image omitted", "Some file.txt ‎document omitted", "CV.pdf • ‎2 pages ‎document omitted", with a caption before it or not. */
function takeLeftOut(text: string, marked: boolean): { media: MediaLine; rest: string } | null {
  const at = text.lastIndexOf("\u200e");
  if (at < 0) return null;
  const words = text.slice(at).replace(marks, "").trim();
  if (words === "" || words.length > 60 || words.includes("\n")) return null;
  if (!leftOut.test(words) && !(marked && !/[:/\d]/.test(words))) return null;
  const before = clean(text.slice(0, at).split(" • ")[0] ?? "");
  const isName = /^[^\n]{1,200}\.[\p{L}\p{N}]{2,5}$/u.test(before);
  const media = omittedMedia(words);
  if (!isName) return { media, rest: before };
  return { media: { ...media, name: before, mediaType: typeOf(before) ?? media.mediaType }, rest: "" };
}

function omittedMedia(words: string): MediaLine {
  const found = mediaKinds.find((kind) => kind.words.test(words));
  const bare = found === undefined || /^</.test(words);
  return {
    name: bare ? "media" : found.kind,
    mediaType: bare ? "application/octet-stream" : found.mediaType,
    voice: !bare && found.kind === "voice note",
  };
}

function describeFile(name: string): MediaLine {
  const voice = /^PTT-|-AUDIO-|\.opus$/i.test(name);
  return { name, mediaType: typeOf(name) ?? "application/octet-stream", voice };
}

function typeOf(name: string): string | undefined {
  return extensionTypes[name.slice(name.lastIndexOf(".") + 1).toLowerCase()];
}

/** A message's text as people wrote it: without the app's own marks at its edges and line starts. */
function clean(text: string): string {
  return text.replace(edgeMarks, "").trim();
}
