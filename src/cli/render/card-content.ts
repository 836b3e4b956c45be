import type { CardView } from "../../../approvals/door.ts";
import type { PreviewFile } from "../../core/action.ts";
import { diffLines, withContext } from "../../core/line-diff.ts";
import { bytes, count, plural } from "../../core/plural.ts";
import type { CardScreenOptions } from "./card-screen.ts";
import { gutter, labelled } from "./card-words.ts";
import type { Paint } from "./paint.ts";
import { showLine, showText } from "./visible-text.ts";
import { displayWidth, padStart, wrap } from "./width.ts";

/** Everything of a card that would leave or change, to the last character. */
export function contentLines(view: CardView, options: CardScreenOptions): string[] {
  const { preview } = view;
  return [
    ...preview.fields.flatMap(({ label, value }) => labelled(showLine(label), showText(value).join("\n"), options)),
    ...(preview.text === null ? [] : framed(preview.text, options)),
    ...preview.diffs.flatMap((diff) => diffScreen(diff, options)),
    ...groupLines(view, options),
    ...preview.files.flatMap((file) => fileLines(file, options)),
    ...handOffLines(view, options),
  ];
}

/** A text of others, or one that leaves, in a frame of its own: nothing in it can be taken for a line of steward's. */
function framed(text: string, { paint, width }: CardScreenOptions): string[] {
  const lines = showText(text).flatMap((line) => wrap(line, width - 4));
  const rows = lines.map((line) => `${paint.dim("  │")} ${chips(line, paint)}`.trimEnd());
  const rule = "─".repeat(Math.max(4, Math.min(width, 78) - 4));
  return [paint.dim(`  ┌${rule}`), ...rows, paint.dim(`  └${rule}`)];
}

/** What stands for something that cannot be seen is seen. */
function chips(line: string, paint: Paint): string {
  return line.replace(/‹[^‹›]{1,200}›/g, (chip) => paint.yellow(chip));
}

function diffScreen(diff: CardView["preview"]["diffs"][number], { paint, width }: CardScreenOptions): string[] {
  const all = diffLines(showText(diff.before), showText(diff.after));
  const shown = withContext(all, 3);
  let same = all.filter(({ kind }) => kind === "both").length;
  same -= shown.filter((row) => row?.kind === "both").length;
  const lines = shown.flatMap((row) => {
    if (row === null) return [paint.dim("    ⋮")];
    const mark = row.kind === "both" ? " " : row.kind === "first" ? "-" : "+";
    const colour = row.kind === "both" ? paint.dim : row.kind === "first" ? paint.red : paint.green;
    return wrap(row.text, width - 4).map((text) => colour(`  ${mark} ${text}`).trimEnd());
  });
  const added = all.filter(({ kind }) => kind === "second").length;
  const gone = all.filter(({ kind }) => kind === "first").length;
  const unchanged = same === 0 ? "" : `, ${plural(same, "unchanged line")} not shown`;
  const head = `${showLine(diff.name)}: ${plural(added, "line")} in, ${plural(gone, "line")} out${unchanged}`;
  return [...wrap(head, width).map(paint.bold), ...lines];
}

/** Many things of one kind, by group; each has the number that leaves it out. */
function groupLines({ preview, excludable }: CardView, { paint, width }: CardScreenOptions): string[] {
  if (preview.lines.length === 0) return [];
  const digits = String(preview.lines.length).length;
  const numbered = preview.lines.map((line, at) => ({ ...line, number: at + 1 }));
  const lines = [...Map.groupBy(numbered, ({ group }) => group)].flatMap(([group, members]) => [
    ...(group === ""
      ? []
      : wrap(`${showLine(group)} (${count(members.length)})`, width - 2).map((text) => `  ${text}`)),
    ...members.flatMap(({ number, label, detail }) => {
      const at = excludable ? `${padStart(String(number), digits)}  ` : "";
      const words = `${showLine(label)}${detail === "" ? "" : `  ${paint.dim(showLine(detail))}`}`;
      const [first = "", ...more] = wrap(words, width - 4 - at.length);
      return [`    ${paint.dim(at)}${first}`, ...more.map((text) => `    ${" ".repeat(at.length)}${text}`)];
    }),
  ]);
  return ["", ...lines];
}

const fileRows = 12;

function fileLines({ name, mediaType, sizeBytes, sha256, text }: PreviewFile, options: CardScreenOptions): string[] {
  const { paint, width, full } = options;
  const words = `${showLine(name)}  ${showLine(mediaType)}, ${bytes(sizeBytes)}, ${sha256.slice(0, 8)}`;
  const head = labelled("File", words, options);
  if (text === null) return [...head, ...labelled("", paint.yellow("what is in it could not be read"), options)];
  const lines = showText(text.trim()).flatMap((line) => wrap(line, width - gutter - 2));
  const shown = full ? lines : lines.slice(0, fileRows);
  const rest = lines.length - shown.length;
  const more = rest === 0 ? [] : [`[${plural(rest, "more line")} in it; --full shows all]`];
  return [...head, ...[...shown, ...more].map((line) => `${" ".repeat(gutter)}${paint.dim(`┊ ${line}`)}`.trimEnd())];
}

function handOffLines({ preview }: CardView, options: CardScreenOptions): string[] {
  const { handOff } = preview;
  if (handOff === null) return [];
  const open = handOff.url === null ? [] : labelled("Open", showLine(handOff.url), options);
  const widest = Math.max(0, ...handOff.steps.flatMap(({ values }) => values.map(({ label }) => displayWidth(label))));
  const steps = handOff.steps.flatMap(({ title, url, values }, at) => [
    ...labelled(`Step ${at + 1}`, showLine(title), options),
    ...(url === null || url === handOff.url ? [] : labelled("", showLine(url), options)),
    ...values.flatMap(({ label, value }) =>
      labelled("", `${showLine(label).padEnd(Math.min(widest, 20))}  ${showText(value).join("\n")}`, options),
    ),
  ]);
  return [...open, ...steps];
}
