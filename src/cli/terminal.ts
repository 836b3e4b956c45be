/** The screen a command writes to. Built by `main.ts` from the real one, by tests from plain strings. */
export interface Terminal {
  out(text: string | Uint8Array): void;
  err(text: string): void;
  /** Width of the screen in cells; 78 when output is piped. */
  columns: number;
  /** Standard output is a screen that a person looks at. */
  isTTY: boolean;
  /** Standard error is a screen: progress may be drawn there. */
  errIsTTY: boolean;
  /** A person can be asked: standard input and output are both a terminal. */
  interactive: boolean;
  colour: boolean;
}
