/** `[#17]` as a reader meets it: small numbers in the order of their first appearance. */
export interface Citations {
  /** The next piece of an answer, ready for the screen; what may be the beginning of a citation is held back. */
  take(piece: string): string;
  /** What was held back. */
  end(): string;
  /** The number an item has; given now where it has none. */
  numberOf(itemId: number): number;
}

const whole = /\[#(\d{1,16})\]/g;
const begun = /\[(?:#\d{0,16})?$/;

export function makeCitations(): Citations {
  const numbers = new Map<number, number>();
  let held = "";
  const numberOf = (itemId: number): number => {
    const number = numbers.get(itemId) ?? numbers.size + 1;
    numbers.set(itemId, number);
    return number;
  };
  return {
    numberOf,
    take: (piece) => {
      const text = (held + piece).replace(whole, (_all, id: string) => `[${numberOf(Number(id))}]`);
      held = begun.exec(text)?.[0] ?? "";
      return held === "" ? text : text.slice(0, -held.length);
    },
    end: () => {
      const rest = held;
      held = "";
      return rest;
    },
  };
}

/** Items a text cites, each once, in order. Contract: pure. */
export function citedItems(text: string): number[] {
  return [...new Set([...text.matchAll(whole)].map(([, id]) => Number(id)))];
}
