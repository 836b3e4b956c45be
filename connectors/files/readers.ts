import { StewardError } from "../../src/core/errors.ts";
import { type FileKind, type FileReader, fileKinds } from "./reader.ts";

/** The reader of a kind, loaded when it is first asked for. */
export async function readerOf(kind: FileKind): Promise<FileReader> {
  switch (kind) {
    case "mbox":
      return (await import("./mbox.ts")).mboxReader;
    case "maildir":
      return (await import("./maildir.ts")).maildirReader;
    case "eml_folder":
      return (await import("./eml-folder.ts")).emlFolderReader;
    case "apple_mail":
      return (await import("./apple-mail.ts")).appleMailReader;
    case "thunderbird":
      return (await import("./thunderbird.ts")).thunderbirdReader;
    case "ics":
      return (await import("./ics.ts")).icsReader;
    case "whatsapp":
      return (await import("./whatsapp.ts")).whatsappReader;
    case "telegram":
      return (await import("./telegram.ts")).telegramReader;
    case "imessage":
      return (await import("./imessage.ts")).imessageReader;
    case "contacts_csv":
      return (await import("./contacts-csv.ts")).contactsCsvReader;
    case "vcard":
      return (await import("./vcard.ts")).vcardReader;
    case "steward_contacts":
      return (await import("./steward-contacts.ts")).stewardContactsReader;
    case "folder":
      return (await import("./folder.ts")).folderReader;
    case "notion":
      return (await import("./notion.ts")).notionReader;
  }
}

/** The kind of that name. Errors: `usage`. */
export function toFileKind(name: string): FileKind {
  const kind = fileKinds.find((one) => one === name);
  if (kind === undefined) {
    throw new StewardError("usage", `There is no kind of file called "${name}".`, {
      cure: `Use one of: ${fileKinds.join(", ")}.`,
    });
  }
  return kind;
}
