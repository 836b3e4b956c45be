import type { ParsedRecord, RawRecord } from "../core/record.ts";

/**
 * The one table from a raw format's name to its parser. Parsers are loaded when first needed: a worker that only meets mail
 * never pays for PDF.
 *
 * Contract: never throws for bad input; what a parser throws all the same becomes a problem of that record.
 */
export async function parseRecord(record: RawRecord): Promise<ParsedRecord> {
  try {
    return await parserOf(record);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return {
      items: [],
      problems: [{ locator: record.locator, reason: `The ${record.format} parser gave up: ${reason}` }],
    };
  }
}

async function parserOf(record: RawRecord): Promise<ParsedRecord> {
  switch (record.format) {
    case "mail":
      return (await import("./mail/parse-mail.ts")).parseMail(record);
    case "whatsapp":
      return (await import("./chat/parse-whatsapp.ts")).parseWhatsapp(record);
    case "telegram":
      return (await import("./chat/parse-telegram.ts")).parseTelegram(record);
    case "imessage":
      return (await import("./chat/parse-imessage.ts")).parseImessage(record);
    case "ics":
      return (await import("./calendar/parse-ics.ts")).parseIcs(record);
    case "google_event":
      return (await import("./calendar/parse-google-event.ts")).parseGoogleEvent(record);
    case "vcard":
      return (await import("./contacts/parse-vcard.ts")).parseVcard(record);
    case "google_csv":
      return (await import("./contacts/parse-google-csv.ts")).parseGoogleCsv(record);
    case "outlook_csv":
      return (await import("./contacts/parse-outlook-csv.ts")).parseOutlookCsv(record);
    case "steward_csv":
      return (await import("./contacts/parse-steward-csv.ts")).parseStewardCsv(record);
    case "markdown":
      return (await import("./documents/parse-markdown.ts")).parseMarkdown(record);
    case "csv":
      return (await import("./documents/parse-csv-document.ts")).parseCsvDocument(record);
    case "text":
      return (await import("./documents/parse-text.ts")).parseText(record);
    case "html":
      return (await import("./documents/parse-html-document.ts")).parseHtmlDocument(record);
    case "pdf":
      return (await import("./documents/parse-pdf.ts")).parsePdf(record);
    case "docx":
      return (await import("./documents/parse-docx.ts")).parseDocx(record);
  }
}
