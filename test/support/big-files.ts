import { closeSync, ftruncateSync, openSync, writeFileSync, writeSync } from "node:fs";
import { drillMails, toMbox } from "./drill-mail.ts";

/** A mailbox of four good messages around one that claims all the rest; the middle is a hole, so that it costs no disk. */
export function writeHugeMessage(path: string, sizeBytes: number): void {
  const mails = drillMails(5);
  writeFileSync(path, toMbox(mails.slice(0, 3)));
  const file = openSync(path, "r+");
  try {
    ftruncateSync(file, sizeBytes);
    writeSync(file, `\n\n${toMbox(mails.slice(3))}`, sizeBytes);
  } finally {
    closeSync(file);
  }
}

/** A calendar of single events, one an hour. */
export function writeManyEvents(path: string, count: number): void {
  const file = openSync(path, "w");
  try {
    writeSync(file, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//drill\r\n");
    for (let n = 0; n < count; n += 1) {
      const start = `${new Date(Date.UTC(2016, 0, 1, n)).toISOString().slice(0, 13).replace(/-/g, "")}0000Z`;
      writeSync(
        file,
        `BEGIN:VEVENT\r\nUID:e${n}@drill\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:${start}\r\nSUMMARY:Event ${n}\r\nEND:VEVENT\r\n`,
      );
    }
    writeSync(file, "END:VCALENDAR\r\n");
  } finally {
    closeSync(file);
  }
}
