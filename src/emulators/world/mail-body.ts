import { createHash } from "node:crypto";
import { writeInvite } from "./calendar.ts";
import { writeDocx, writePdf, writePng } from "./documents.ts";
import { type Frame, toWall } from "./frame.ts";
import type { PlannedMail } from "./mail-plan.ts";
import { crlf, filePart, multipart, type Part, textPart } from "./mime.ts";
import type { World, WorldAttachment } from "./schema.ts";

const machineHtml = new Set(["notice", "news", "social", "crm", "shop", "code", "calendar", "spam"]);

/** The MIME tree of a mail: text, HTML where such a sender writes it, an invitation, attachments. */
export function buildBody(world: World, frame: Frame, mail: PlannedMail): Part {
  if (mail.profile === "bounce") return bounceBody(mail);
  const text = textOf(mail, frame);
  const latin1 = mail.client === "outlook" && mail.profile === "person";
  const plain = textPart("text/plain", text, latin1);
  const html = htmlOf(mail, frame);
  const alternatives: Part[] = mail.profile === "receipt" ? [] : [plain];
  if (html !== null) alternatives.push(textPart("text/html", html));
  if (mail.invite !== null) {
    const ics = writeInvite(world, frame, mail.invite, mail.atMs);
    alternatives.push(textPart("text/calendar", ics, false, `; method=${mail.invite.method}`));
  }
  const [only] = alternatives;
  const body =
    alternatives.length === 1 && only !== undefined
      ? only
      : multipart("alternative", boundary(mail, "a"), alternatives);
  if (mail.attachments.length === 0) return body;
  return multipart("mixed", boundary(mail, "m"), [body, ...mail.attachments.map(attach)]);
}

function textOf(mail: PlannedMail, frame: Frame): string {
  const quoted = mail.answers === null ? "" : `\n\n${quoteOf(mail, mail.answers, frame)}`;
  const footer =
    mail.profile === "list" && !mail.fromOwner
      ? `\n_______________________________________________\n${mail.list} mailing list -- ${mail.list}@lists.mailforge.example`
      : "";
  return `${mail.text}${quoted}${footer}${machineFooter(mail)}\n`;
}

function machineFooter(mail: PlannedMail): string {
  const german = mail.lang === "de";
  if (mail.profile === "news" || mail.profile === "social" || mail.profile === "crm") {
    return german ? "\n\nAbmelden | Im Browser ansehen | Impressum" : "\n\nUnsubscribe | View in browser | Preferences";
  }
  if (mail.profile === "forge")
    return "\n\n--\nReply to this email directly or view it on GitForge.\nYou are receiving this because you are subscribed to this thread.";
  if (mail.profile === "notice" && mail.auth === "pass") {
    return german
      ? "\n\nBitte antworten Sie nicht auf diese automatisch erzeugte Nachricht."
      : "\n\nThis is an automatic message, please do not reply.";
  }
  return "";
}

function quoteOf(mail: PlannedMail, previous: PlannedMail, frame: Frame): string {
  const wall = toWall(frame, previous.atMs);
  const time = wall.toISOString().slice(11, 16);
  const dated = (locale: string, options: Intl.DateTimeFormatOptions): string =>
    new Intl.DateTimeFormat(locale, { ...options, timeZone: "UTC" }).format(wall);
  const who = `${previous.from.name} <${previous.from.email}>`;
  if (mail.client === "outlook") {
    const date = dated(mail.lang === "de" ? "de" : "en-GB", { dateStyle: "full" });
    const words = mail.lang === "de" ? ["Von", "Gesendet", "An", "Betreff"] : ["From", "Sent", "To", "Subject"];
    const to = previous.to.map((box) => box.name).join("; ");
    return `${words[0]}: ${who}\n${words[1]}: ${date} ${time}\n${words[2]}: ${to}\n${words[3]}: ${previous.subject}\n\n${previous.text}`;
  }
  const lines = previous.text.split("\n").map((line) => (line === "" ? ">" : `> ${line}`));
  const attribution: Record<PlannedMail["lang"], string> = {
    en: `On ${dated("en-GB", { weekday: "short", day: "numeric", month: "short", year: "numeric" })} at ${time}, ${who} wrote:`,
    de: `Am ${dated("de", { weekday: "short", day: "numeric", month: "short", year: "numeric" })} um ${time} Uhr schrieb ${who}:`,
    fr: `Le ${dated("fr", { weekday: "short", day: "numeric", month: "short", year: "numeric" })} à ${time}, ${who} a écrit :`,
    es: `El ${dated("es", { weekday: "short", day: "numeric", month: "short", year: "numeric" })} a las ${time}, ${who} escribió:`,
    it: `Il giorno ${dated("it", { weekday: "short", day: "numeric", month: "short", year: "numeric" })} alle ore ${time} ${who} ha scritto:`,
    pt: `${who} escreveu (${dated("pt", { weekday: "short", day: "numeric", month: "short", year: "numeric" })}, ${time}):`,
  };
  return `${attribution[mail.lang]}\n\n${lines.join("\n")}`;
}

function htmlOf(mail: PlannedMail, frame: Frame): string | null {
  const own = paragraphs(mail.text);
  if (mail.profile === "receipt")
    return `<html><body><table width="600"><tr><td>${own}</td></tr></table></body></html>`;
  if (machineHtml.has(mail.profile)) {
    const footer = machineFooter(mail).trim();
    const pixel = mail.profile === "news" || mail.profile === "social" ? trackingPixel(mail) : "";
    return `<html><head><style>td{font-family:Helvetica}</style></head><body><table role="presentation" width="600"><tr><td>${own}</td></tr><tr><td style="color:#999;font-size:11px">${paragraphs(footer)}</td></tr></table>${pixel}</body></html>`;
  }
  if (mail.hidden !== null) {
    return `<div dir="ltr">${own}<div style="display:none;font-size:0;color:#ffffff;max-height:0">${escapeHtml(mail.hidden)}</div></div>`;
  }
  if (mail.profile !== "person" || mail.client !== "gmail") return null;
  const quoted =
    mail.answers === null
      ? ""
      : `<br><div class="gmail_quote">${paragraphs(quoteOf(mail, mail.answers, frame).replace(/^> ?/gm, ""))}</div>`;
  return `<div dir="ltr">${own}</div>${quoted}`;
}

function trackingPixel(mail: PlannedMail): string {
  return `<img src="https://${mail.from.email.split("@")[1]}/o/${mail.messageId.slice(1, 9)}.gif" width="1" height="1" alt="">`;
}

function paragraphs(text: string): string {
  const linked = (part: string): string => part.replace(/https:\/\/[^\s<]+/g, (url) => `<a href="${url}">${url}</a>`);
  return text
    .split(/\n{2,}/)
    .map((part) => `<p>${linked(escapeHtml(part)).replace(/\n/g, "<br>\n")}</p>`)
    .join("\n");
}

function escapeHtml(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}

function attach(file: WorldAttachment): Part {
  switch (file.kind) {
    case "pdf":
      return filePart("application/pdf", file.name, writePdf(file.text));
    case "docx":
      return filePart(
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        file.name,
        writeDocx(file.text),
      );
    case "png":
      return filePart("image/png", file.name, writePng());
    case "csv":
      return filePart("text/csv", file.name, new TextEncoder().encode(file.text));
  }
}

function bounceBody(mail: PlannedMail): Part {
  const report =
    "Reporting-MTA: dns; mx.weiss.example\n\nFinal-Recipient: rfc822; henrik@oldsand.example\nAction: failed\nStatus: 5.1.2\nDiagnostic-Code: smtp; 550 5.1.2 host unknown\n";
  const original = `Message-ID: ${mail.references[0] ?? "<none@weiss.example>"}\n`;
  const parts: Part[] = [
    textPart("text/plain", `${mail.text}\n`),
    { headers: ["Content-Type: message/delivery-status"], body: crlf(report) },
    { headers: ["Content-Type: text/rfc822-headers"], body: crlf(original) },
  ];
  return multipart("report", boundary(mail, "r"), parts, '; report-type="delivery-status"');
}

function boundary(mail: PlannedMail, kind: string): string {
  return `000000000000${createHash("sha256")
    .update(mail.messageId + kind)
    .digest("hex")
    .slice(0, 16)}`;
}
