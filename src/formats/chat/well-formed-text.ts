/** Text as items must have it: no NUL, no lone surrogates, `\n` line ends. `changed` says that something was lost. */
export function wellFormedText(text: string): { text: string; changed: boolean } {
  const lines = text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text;
  const sound = lines.isWellFormed() ? lines : lines.toWellFormed();
  const clean = sound.includes("\u0000") ? sound.replaceAll("\u0000", "") : sound;
  return { text: clean, changed: clean !== lines };
}
