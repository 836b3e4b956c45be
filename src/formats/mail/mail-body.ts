import { htmlToText } from "../html/html-to-text.ts";
import type { MimePart } from "./mime-parser.ts";

export interface MailBody {
  text: string;
  hidden: string;
  htmlBytes: number;
  links: string[];
  imageCount: number;
  /** Parts that are files: everything that is not shown as the message itself. */
  files: MimePart[];
  dsn: boolean;
  problems: string[];
}

interface TextGroup {
  plain: MimePart[];
  html: MimePart[];
}

const textBytesLimit = 4_000_000;
const linkLimit = 50;
const hrefLimit = 3_000;
const placeholder =
  /(?:view|see|read|open) (?:this|the) (?:e-?mail|message|newsletter|mail)?.{0,30}(?:browser|online)|(?:does not|doesn't|cannot|can't) (?:support|display|show|read) html|html.{0,20}(?:e-?mail client|viewer|format)|unterstützt (?:kein|leider kein).{0,8}html/i;

const mayHide =
  /display\s*:\s*none|visibility\s*:\s*hidden|opacity\s*:\s*0|font-size\s*:\s*[01](?:px|pt|em|%|;|")|max-height\s*:\s*0|aria-hidden|mso-hide|text-indent\s*:\s*-|left\s*:\s*-\d|\shidden[\s=>]|color\s*:\s*(?:#?f{3,6}\b|white|transparent)/i;

/** Puts the parts that make the message itself together into one text; everything else is a file. */
export function readBody(root: MimePart): MailBody {
  const body: MailBody = {
    text: "",
    hidden: "",
    htmlBytes: 0,
    links: [],
    imageCount: 0,
    files: [],
    dsn: false,
    problems: [],
  };
  const groups: TextGroup[] = [];
  collect(root, null, groups, body);
  const links = new Set<string>();
  const texts: string[] = [];
  for (const group of groups) {
    const text = renderGroup(group, body, links);
    if (text.trim() !== "") texts.push(text);
  }
  body.text = texts.length === 1 ? (texts[0] ?? "") : texts.join("\n");
  addTextLinks(body.text, links);
  body.links = [...links];
  return body;
}

function collect(part: MimePart, alternative: TextGroup | null, groups: TextGroup[], body: MailBody): void {
  if (part.multipart === null) {
    collectLeaf(part, alternative, groups, body);
    return;
  }
  let group = alternative;
  if (part.multipart === "alternative") {
    group = { plain: [], html: [] };
    groups.push(group);
  }
  for (const child of part.children) collect(child, group, groups, body);
}

function collectLeaf(part: MimePart, alternative: TextGroup | null, groups: TextGroup[], body: MailBody): void {
  if (/^message\/(?:delivery-status|disposition-notification|feedback-report)$/.test(part.mediaType)) body.dsn = true;
  const isText = part.mediaType === "text/plain" || part.mediaType === "text/html" || part.mediaType === "text";
  if (!isText || part.disposition === "attachment") {
    body.files.push(part);
    return;
  }
  const group = alternative ?? { plain: [], html: [] };
  if (alternative === null) groups.push(group);
  (part.mediaType === "text/html" ? group.html : group.plain).push(part);
}

function renderGroup(group: TextGroup, body: MailBody, links: Set<string>): string {
  const plain = group.plain.map((part) => readText(part, body)).join("\n");
  const html = group.html.map((part) => readText(part, body)).join("\n");
  if (html === "") return plain;
  body.htmlBytes += html.length;
  if (isUsable(plain, html)) {
    body.imageCount += scanHtml(html, links);
    // The owner's mail program shows the HTML: what it hides counts although the plain part is read.
    if (mayHide.test(html)) addHidden(body, htmlToText(html).hidden);
    return plain;
  }
  const converted = htmlToText(html);
  if (converted.truncated) body.problems.push("The HTML is very long; only its beginning was read.");
  for (const link of converted.links) if (links.size < linkLimit) links.add(link);
  body.imageCount += converted.imageCount;
  addHidden(body, converted.hidden);
  // A plain part that says little is still better than HTML that says nothing.
  return converted.text.trim().length > plain.trim().length || plain.trim() === "" ? converted.text : plain;
}

function addHidden(body: MailBody, hidden: string): void {
  if (hidden !== "") body.hidden = body.hidden === "" ? hidden : `${body.hidden}\n${hidden}`;
}

function readText(part: MimePart, body: MailBody): string {
  if (part.rawBytes > textBytesLimit) body.problems.push("A text part is very long; only its beginning was read.");
  return part.decodeText(textBytesLimit);
}

/** Plain text is used unless it is empty, says "look at the HTML", or is a fraction of what the HTML must hold. */
function isUsable(plain: string, html: string): boolean {
  const length = plain.trim().length;
  if (length === 0) return false;
  if (length > 600) return true;
  if (placeholder.test(plain)) return false;
  return html.length < 2_000 || visibleLength(html) < Math.max(400, length * 5);
}

/** About how many characters of text the HTML has outside of tags, styles and scripts. */
function visibleLength(html: string): number {
  let length = 0;
  let at = html.search(/<body/i);
  at = at < 0 ? 0 : at;
  while (at < html.length && length < 10_000) {
    const open = html.indexOf("<", at);
    const end = open < 0 ? html.length : open;
    length += html.slice(at, Math.min(end, at + 10_000)).replace(/\s+|&nbsp;/g, "").length;
    if (open < 0) break;
    const isStyle = /^<(?:style|script)/i.test(html.slice(open, open + 8));
    const close = isStyle ? html.indexOf("</", open + 2) : html.indexOf(">", open);
    if (close < 0) break;
    at = isStyle ? html.indexOf(">", close) + 1 || html.length : close + 1;
  }
  return length;
}

/** Links and images of HTML that is not shown, without converting it. */
function scanHtml(html: string, links: Set<string>): number {
  let images = 0;
  for (let at = html.indexOf("<img"); at >= 0; at = html.indexOf("<img", at + 4)) images += 1;
  let left = hrefLimit;
  for (
    let at = html.indexOf("href=");
    at >= 0 && links.size < linkLimit && left > 0;
    at = html.indexOf("href=", at + 5)
  ) {
    left -= 1;
    const target = /^["']?\s*((?:https?:\/\/|mailto:)[^"'\s<>]{1,2000})/i.exec(html.slice(at + 5, at + 2_100))?.[1];
    if (target !== undefined) links.add(target.replaceAll("&amp;", "&"));
  }
  return images;
}

function addTextLinks(text: string, links: Set<string>): void {
  for (let at = text.indexOf("http"); at >= 0 && links.size < linkLimit; at = text.indexOf("http", at + 4)) {
    const link = /^https?:\/\/[^\s<>"'`|\\^{}\u0000-\u0020]{1,2000}/.exec(text.slice(at, at + 2_010))?.[0];
    if (link !== undefined) links.add(link.replace(/[.,;:!?)\]]+$/, ""));
  }
}
