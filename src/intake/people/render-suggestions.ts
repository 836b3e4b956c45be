import { forScreen } from "../../core/untrusted.ts";
import { stewardColumns } from "../../formats/contacts/parse-steward-csv.ts";
import type { StewardColumn } from "./read-contact-rows.ts";
import type { ContactSuggestion } from "./suggest-contacts.ts";

const introduction = `# Proposed for contacts.csv. Delete the rows you do not want, correct the others, then save and close.
# Who is in contacts.csv counts as known. Lines that begin with # are not kept. Deleting all rows adds nobody.
`;

/**
 * Suggestions as CSV for the owner's editor: a header, and before each row its evidence as `#` lines. Names come from others:
 * each stays on its line, and a cell that a spreadsheet would run as a formula gets a quote before it, which reading takes off.
 */
export function renderSuggestions(suggestions: readonly ContactSuggestion[]): string {
  const rows = suggestions.map((one) => {
    const reasons = one.evidence.map((line) => `# ${forScreen(line)}\n`).join("");
    const cells = stewardColumns.map((column) => writeCell(cellOf(one, column)));
    return `\n${reasons}${cells.join(",")}\n`;
  });
  return `${introduction}${stewardColumns.join(",")}\n${rows.join("")}`;
}

function cellOf(one: ContactSuggestion, column: StewardColumn): string {
  switch (column) {
    case "name":
      return neutralise(one.name);
    case "emails":
      return one.emails.map(neutralise).join("; ");
    case "phones":
      return one.phones.join("; ");
    case "handles":
      return one.handles.map(neutralise).join("; ");
    case "organisation":
      return neutralise(one.organisation);
    case "role":
      return neutralise(one.role);
    case "aliases":
    case "relation":
    case "language":
    case "notes":
      return "";
  }
}

/** Spreadsheets run cells that begin so. Numbers in E.164 are left: `+49…` is a number there, not a command. */
function neutralise(text: string): string {
  const line = forScreen(text).trim();
  return /^[=+\-@]/.test(line) ? `'${line}` : line;
}

function writeCell(text: string): string {
  return /[",\r\n;#]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
