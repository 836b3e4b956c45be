import type { EditableText } from "../../core/action.ts";
import { StewardError } from "../../core/errors.ts";

const names = { to: "To", cc: "Cc", subject: "Subject" } as const;

/** What may be edited of a card as a person writes a mail: headers, an empty line, the text. */
export function writeLetter(text: EditableText): string {
  const heads = [
    ...(text.to === undefined ? [] : [`${names.to}: ${text.to.join(", ")}`]),
    ...(text.cc === undefined ? [] : [`${names.cc}: ${text.cc.join(", ")}`]),
    ...(text.subject === undefined ? [] : [`${names.subject}: ${text.subject}`]),
  ];
  const body = text.text ?? "";
  return heads.length === 0 ? `${body}\n` : `${heads.join("\n")}\n\n${body}\n`;
}

/**
 * The same, read back; only the parts that `before` has. Errors: `usage` for a line among the headers that is none, so that no
 * part of a message is lost by a slip.
 */
export function readLetter(letter: string, before: EditableText): EditableText {
  const plain = letter.replace(/\r\n?/g, "\n");
  const hasHeads = before.to !== undefined || before.cc !== undefined || before.subject !== undefined;
  const gap = hasHeads ? plain.indexOf("\n\n") : -1;
  const heads = hasHeads ? plain.slice(0, gap < 0 ? plain.length : gap).split("\n") : [];
  const body = hasHeads ? (gap < 0 ? "" : plain.slice(gap + 2)) : plain;
  const found = new Map(heads.map(readHead));
  const list = (name: keyof typeof names): string[] => splitAddresses(found.get(name) ?? "");
  return {
    ...(before.to === undefined ? {} : { to: list("to") }),
    ...(before.cc === undefined ? {} : { cc: list("cc") }),
    ...(before.subject === undefined ? {} : { subject: found.get("subject") ?? "" }),
    ...(before.text === undefined ? {} : { text: body.replace(/\n$/, "") }),
  };
}

function readHead(line: string): [keyof typeof names, string] {
  const match = /^(to|cc|subject):(.*)$/i.exec(line);
  const name = match?.[1]?.toLowerCase();
  if (match === null || (name !== "to" && name !== "cc" && name !== "subject")) {
    throw new StewardError("usage", `Above the empty line stands "${line}", which is no To, Cc or Subject.`, {
      cure: "Keep the headers as they are, then an empty line, then the text.",
    });
  }
  return [name, (match[2] ?? "").trim()];
}

/** `Ana <ana@x.example>, "Weiss, Paul" <p@x.example>`: commas inside quotes part nothing. */
function splitAddresses(text: string): string[] {
  return (text.match(/(?:"[^"]*"|[^,"])+/g) ?? []).map((one) => one.trim()).filter((one) => one !== "");
}
