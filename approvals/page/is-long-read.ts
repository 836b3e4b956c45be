import type { BundleView } from "../door.ts";

const longCharacters = 3000;
const longLines = 60;

/** Whether what would leave is longer than a screen: then a yes waits until its end was in view. Contract: pure. */
export function isLongRead({ cards }: Pick<BundleView, "cards">): boolean {
  const texts = cards.flatMap(({ preview }) => [
    preview.text ?? "",
    ...preview.diffs.map(({ after }) => after),
    ...preview.fields.map(({ value }) => value),
  ]);
  const lines = cards.reduce((sum, { preview }) => sum + preview.lines.length, 0);
  const characters = texts.reduce((sum, text) => sum + text.length, 0);
  const breaks = texts.reduce((sum, text) => sum + text.split("\n").length, 0);
  return characters > longCharacters || breaks > longLines || lines > longLines;
}
