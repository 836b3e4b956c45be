/** Colours of a screen; every member returns the text unchanged where colour is off. */
export interface Paint {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  yellow(text: string): string;
  green(text: string): string;
  cyan(text: string): string;
  magenta(text: string): string;
  inverse(text: string): string;
}

const codes = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  yellow: [33, 39],
  green: [32, 39],
  cyan: [36, 39],
  magenta: [35, 39],
  inverse: [7, 27],
} as const;

/** Makes the painter of one screen. */
export function makePaint(colour: boolean): Paint {
  const wrapIn =
    ([on, off]: readonly [number, number]) =>
    (text: string): string =>
      colour && text !== "" ? `\u001b[${on}m${text}\u001b[${off}m` : text;
  return {
    bold: wrapIn(codes.bold),
    dim: wrapIn(codes.dim),
    red: wrapIn(codes.red),
    yellow: wrapIn(codes.yellow),
    green: wrapIn(codes.green),
    cyan: wrapIn(codes.cyan),
    magenta: wrapIn(codes.magenta),
    inverse: wrapIn(codes.inverse),
  };
}
