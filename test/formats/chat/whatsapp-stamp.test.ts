import { describe, expect, it } from "vitest";
import { readBody, splitSender } from "../../../src/formats/chat/whatsapp-body.ts";
import { type DateOrder, readDate } from "../../../src/formats/chat/whatsapp-date.ts";
import { ProfileBuilder } from "../../../src/formats/chat/whatsapp-profile.ts";
import { readHeader } from "../../../src/formats/chat/whatsapp-stamp.ts";
import { titleFromName } from "../../../src/formats/chat/whatsapp-title.ts";

const afternoon = "2022-03-18 14:56";
const headers: [string, string, DateOrder, string][] = [
  ["American, narrow space", "3/18/22, 2:56\u202fPM - Ana: x", "mdy", afternoon],
  ["American iOS", "[3/18/22, 2:56:01\u202fPM] Ana: x", "mdy", afternoon],
  ["British", "18/03/2022, 14:56 - Ana: x", "dmy", afternoon],
  ["Indian", "18/03/22, 2:56 pm - Ana: x", "dmy", afternoon],
  ["Spanish", "18/3/22, 2:56 p. m. - Ana: x", "dmy", afternoon],
  ["Spanish with joined spaces", "18/3/22 2:56 p.\u00a0m. - Ana: x", "dmy", afternoon],
  ["German", "18.03.22, 14:56 - Ana: x", "dmy", afternoon],
  ["Portuguese iOS", "[18/03/22 14:56:01] Ana: x", "dmy", afternoon],
  ["Dutch", "18-03-2022 14:56 - Ana: x", "dmy", afternoon],
  ["Turkish", "18.03.2022 14:56 - Ana: x", "dmy", afternoon],
  ["Indonesian, dots in the time", "18/03/22 14.56 - Ana: x", "dmy", afternoon],
  ["Finnish", "[18.3.2022 klo 14.56.01] Ana: x", "dmy", afternoon],
  ["Bulgarian", "18.03.22 г., 14:56 - Ana: x", "dmy", afternoon],
  ["Vietnamese, time first", "[14:56:01, 18/3/22] Ana: x", "dmy", afternoon],
  ["Vietnamese Android", "14:56, 18/03/2022 - Ana: x", "dmy", afternoon],
  ["Arabic", "\u200f١٨‏/٣‏/٢٠٢٢، ٢:٥٦ م - Ana: x", "dmy", afternoon],
  ["Arabic iOS", "[١٨‏/٣‏/٢٠٢٢، ١٤:٥٦:٠١] Ana: x", "dmy", afternoon],
  ["Persian calendar", "۱۴۰۰/۱۲/۲۷،‏ ۱۴:۵۶ - Ana: x", "ymd", afternoon],
  ["Hijri calendar", "١٥/٨/١٤٤٣ هـ، ١٤:٥٦ - Ana: x", "dmy", afternoon],
  ["Hindi digits", "१८/०३/२०२२, २:५६ अपराह्न - Ana: x", "dmy", afternoon],
  ["Japanese", "2022/03/18 14:56 - Ana: x", "ymd", afternoon],
  ["Japanese half days", "[2022/3/18 午後2:56:01] Ana: x", "ymd", afternoon],
  ["Japanese era", "[3/18/R4, 14:56:01] Ana: x", "mdy", afternoon],
  ["Chinese", "2022/3/18 下午2:56 - Ana: x", "ymd", afternoon],
  ["Korean", "2022. 3. 18. 오후 2:56 - Ana: x", "ymd", afternoon],
  ["Thai, Buddhist year", "18/3/2565 14:56 - Ana: x", "dmy", afternoon],
  ["Buddhist with its mark", "[3/18/2565 BE, 14:56:01] Ana: x", "mdy", afternoon],
  ["Swedish", "2022-03-18 14:56 - Ana: x", "ymd", afternoon],
  ["before brackets came", "18/03/22, 14:56:01: Ana: x", "dmy", afternoon],
  ["midnight", "3/18/22, 12:05 AM - Ana: x", "mdy", "2022-03-18 00:05"],
  ["noon", "3/18/22, 12:05 PM - Ana: x", "mdy", "2022-03-18 12:05"],
];

describe("readHeader", () => {
  it.each(headers)("reads the header of %s", (_name, line, order, expected) => {
    const header = readHeader(line);
    if (header === null) throw new Error("no header");
    const date = readDate(header, order, "plain");
    const two = (value: number | undefined) => String(value).padStart(2, "0");
    expect(`${date?.year}-${two(date?.month)}-${two(date?.day)} ${two(header.hour)}:${two(header.minute)}`).toBe(
      expected,
    );
    expect(line.slice(header.end)).toBe("Ana: x");
  });

  it.each([
    "hello",
    "18/03 - see you",
    "[note] 18/03/2022",
    "18/03/2022, 25:00 - no",
    "12:30 - lunch",
    "1.2.3 - release",
    "[3/18/22, 2:56 PM Ana: x",
    `${"1".repeat(5000)}/`,
  ])("takes %s for no header", (line) => {
    expect(readHeader(line)).toBeNull();
  });
});

describe("ProfileBuilder", () => {
  const decide = (lines: string[], region = "PT") => {
    const builder = new ProfileBuilder(2023);
    for (const line of lines) builder.add(line);
    return builder.decide(region);
  };

  it("decides day and month from impossible dates, from going backwards, and from the time covered", () => {
    expect(decide(["3/4/22, 10:00 - A: x", "3/18/22, 10:00 - A: x"])).toMatchObject({
      dateOrder: "mdy",
      decidedBy: "dates",
    });
    const backwards = ["05/11/22, 10:00 - A: x", "04/12/22, 10:00 - A: x"];
    expect(decide(backwards, "US")).toMatchObject({ dateOrder: "dmy", decidedBy: "dates" });
    const dense = ["3/1/22, 10:00 - A: x", "3/2/22, 10:00 - A: x", "3/3/22, 10:00 - A: x", "3/4/22, 10:00 - A: x"];
    expect(decide(dense)).toMatchObject({ dateOrder: "mdy", decidedBy: "dates" });
  });

  it("keeps pasted lines of another export inside their message", () => {
    const lines = ["18/03/22, 10:00 - A: look:", "[3/17/22, 09:00:00] B: pasted", "19/03/22, 10:00 - A: y"];
    expect(decide(lines)?.counts).toMatchObject({ headers: 2, continuation: 1 });
  });

  it("reads Buddhist years of two digits once the file is younger than they look", () => {
    expect(decide(["18/3/65 14:56 - A: x", "19/3/65 14:56 - A: x"])).toMatchObject({ yearStyle: "buddhist_short" });
  });
});

describe("splitSender and readBody", () => {
  it("keeps the mark of a name people gave themselves", () => {
    expect(splitSender("~\u202fMum: hi")).toEqual({ sender: "~ Mum", body: "hi" });
    expect(splitSender("\u202a+351 912 000 111\u202c: hi").sender).toBe("+351 912 000 111");
    expect(splitSender('Ana changed the subject to "Trip: Rome"').sender).toBeNull();
  });

  it.each([
    ["<Media omitted>", "media", ""],
    ["<Medien ausgeschlossen>\ncaption", "media", "caption"],
    ["\u200e<attached: 00000035-PHOTO-2022.jpg>", "00000035-PHOTO-2022.jpg", ""],
    ["\u200e<Anhang: 00000038-AUDIO-2022.opus>", "00000038-AUDIO-2022.opus", ""],
    ["IMG-20220323-WA0002.jpg (file attached)\ncaption", "IMG-20220323-WA0002.jpg", "caption"],
    ["\u200ePTT-20220323-WA0000.opus (Datei angehängt)", "PTT-20220323-WA0000.opus", ""],
    ["CV.pdf • \u200e2 Seiten \u200eDokument weggelassen", "CV.pdf", ""],
    ["\u200eimage omitted", "image", ""],
    ["\u200eaudio omitido", "voice note", ""],
    ["\u200e画像は含まれていません", "image", ""],
  ])("shows the file of %s", (body, name, text) => {
    expect(readBody(body, { marked: true, bracketed: true })).toMatchObject({
      kind: "message",
      text,
      media: [{ name }],
    });
  });

  it.each([
    "This message was deleted",
    "\u200eDu hast diese Nachricht gelöscht.",
    "\u200eMissed voice call",
    "null",
    "\u200eMessages and calls are end-to-end encrypted. No one outside of this chat can read them.",
  ])("makes no message of %s", (body) => {
    expect(readBody(body, { marked: false, bracketed: true }).kind).toBe("system");
  });

  it("keeps words that only look alike", () => {
    for (const body of [
      "x < 3 and y > 4",
      "report (final)",
      "see a.pdf",
      "I omitted it",
      "\u200eLocation: https://maps.example",
    ]) {
      expect(readBody(body, { marked: false, bracketed: true })).toMatchObject({ kind: "message", media: [] });
    }
  });
});

describe("titleFromName", () => {
  it.each([
    ["WhatsApp Chat with Inès.txt", "Inès"],
    ["WhatsApp Chat - Padel (2).zip", "Padel"],
    ["WhatsApp-Chat mit Tom.txt", "Tom"],
    ["Chat de WhatsApp con Ana Sá.txt", "Ana Sá"],
    ["Discussion WhatsApp avec Zoé.txt", "Zoé"],
    ["Chat WhatsApp con Gio.txt", "Gio"],
    ["Conversa do WhatsApp com Rui.txt", "Rui"],
    ["WhatsApp-chat met Jan.txt", "Jan"],
    ["Czat WhatsApp z Ola.txt", "Ola"],
    ["Чат WhatsApp с Анна.txt", "Анна"],
    ["محادثة واتساب مع ليلى.txt", "ليلى"],
    ["Chat WhatsApp dengan Budi.txt", "Budi"],
    ["Đoạn chat WhatsApp với Lan.txt", "Lan"],
    ["与李的WhatsApp聊天.txt", "李"],
    ["WhatsApp 대화 - 민수.txt", "민수"],
  ])("finds the title in %s", (name, title) => {
    expect(titleFromName(name, "")).toBe(title);
  });

  it("looks at the zip or folder around a bare chat, and says nothing of other names", () => {
    expect(titleFromName("_chat.txt", "WhatsApp Chat - Family.zip")).toBe("Family");
    expect(titleFromName("notes.txt", "Documents")).toBeNull();
  });
});
