import type { ReadStream } from "node:tty";

/**
 * Gives every key that is pressed on a terminal, without Enter and unshown, until the returned function is called. `ctrl-c` comes as
 * a key, too: while keys are watched it interrupts nothing by itself. Contract: called only where a person can be asked.
 */
export function watchKeys(input: ReadStream, onKey: (key: string) => void): () => void {
  const read = (data: Buffer | string): void => {
    for (const character of data.toString()) onKey(nameOf(character));
  };
  input.setRawMode(true);
  input.on("data", read);
  input.resume();
  return () => {
    input.off("data", read);
    input.setRawMode(false);
    input.pause();
  };
}

function nameOf(character: string): string {
  if (character === "\r" || character === "\n") return "enter";
  return character === "\u0003" ? "ctrl-c" : character.toLowerCase();
}
