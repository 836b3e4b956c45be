import type { Preview } from "../../src/core/action.ts";
import type { CardContent } from "../../src/core/card.ts";

/** What would leave, cut into the parts that the detectors look at. */
export interface Outgoing {
  /** Body, fields, new text of documents, values of a hand-off, names of files: everything somebody would read. */
  whole: string;
  /** The words a person wrote: body and new text of documents, without the quoted conversation. */
  prose: string;
  /** The lines of the body that quote, without their marks. */
  quoted: string;
  /** What could be read of the files. */
  fileText: string;
  /** Whether it reaches anybody or any service besides the owner's own accounts. */
  leaves: boolean;
}

/** Contract: pure; nothing of the preview that leaves is left out. */
export function outgoingOf(content: CardContent, preview: Preview, ownAddresses: ReadonlySet<string>): Outgoing {
  const added = preview.diffs.map(({ before, after }) => newLines(before, after));
  const handOff = preview.handOff;
  const values = (handOff?.steps ?? []).flatMap((step) => [
    step.title,
    placeOf(step.url),
    ...step.values.map(({ label, value }) => `${label}: ${value}`),
  ]);
  const lines = (preview.text ?? "").split("\n");
  const isQuote = (line: string): boolean => /^\s*>/.test(line);
  const fields = preview.fields.map(({ label, value }) => `${label}: ${value}`);
  const prose = [lines.filter((line) => !isQuote(line)).join("\n"), ...added].join("\n");
  return {
    whole: [
      preview.title,
      ...fields,
      preview.text ?? "",
      ...added,
      placeOf(handOff?.url ?? null),
      ...values,
      ...preview.files.map((file) => file.name),
    ].join("\n"),
    prose,
    quoted: lines
      .filter(isQuote)
      .map((line) => line.replace(/^[\s>]+/, ""))
      .join("\n"),
    fileText: preview.files.map((file) => file.text ?? "").join("\n"),
    leaves:
      preview.recipients.some(({ address }) => !ownAddresses.has(address)) || handOff !== null || goesOut(content),
  };
}

/** What only reads tells a service what is looked for. */
function goesOut({ tier }: CardContent): boolean {
  return tier === "send" || tier === "critical" || tier === "read";
}

function newLines(before: string, after: string): string {
  const old = new Set(before.split("\n"));
  return after
    .split("\n")
    .filter((line) => !old.has(line))
    .join("\n");
}

/** Where a hand-off leads. One that only carries the text and the recipient to an app says nothing that is not looked at already. */
function placeOf(url: string | null): string {
  return url === null || /^(?:https:\/\/wa\.me\/\d+(?:\?text=|$)|mailto:|tel:)/.test(url) ? "" : url;
}
