/** A seeded source of numbers in 0..1 (mulberry32): the same seed gives the same mailbox on every machine. */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const nothing: Encoded = { plain: "", quoted: "" };
const starts = [
  "b",
  "br",
  "c",
  "d",
  "dr",
  "f",
  "g",
  "gl",
  "h",
  "k",
  "l",
  "m",
  "n",
  "p",
  "pr",
  "r",
  "s",
  "st",
  "t",
  "v",
];
const middles = ["a", "e", "i", "o", "u", "ai", "ea", "ou", "é", "ü"];
const ends = ["n", "r", "l", "s", "t", "", "", "m", "nd", "x"];

export interface Vocabulary {
  words: string[];
  /** A word by Zipf's law: the k-th most common one about k times rarer than the first. */
  draw(): string;
  /** A run of four to nine words, from a pool; also as quoted-printable has it. */
  clause(): Encoded;
}

/** A text, and the same in quoted-printable without line breaks. */
export interface Encoded {
  plain: string;
  quoted: string;
}

export function encode(plain: string): Encoded {
  if (/^[\x20-\x3c\x3e-\x7e]*$/.test(plain)) return { plain, quoted: plain };
  const quoted = plain.replace(/[=\u0080-\uffff]/g, (character) =>
    [...Buffer.from(character)].map((byte) => `=${byte.toString(16).toUpperCase().padStart(2, "0")}`).join(""),
  );
  return { plain, quoted };
}

/** Invented words, `size` of them, the shortest the most common; about one in thirty with an accent. */
export function createVocabulary(random: () => number, size: number): Vocabulary {
  const words = inventWords(random, size);
  const cumulated = new Float64Array(size);
  let sum = 0;
  for (let rank = 0; rank < size; rank += 1) {
    sum += 1 / (rank + 2.7);
    cumulated[rank] = sum;
  }
  const draw = (): string => words[findRank(cumulated, random() * sum)] ?? "";
  const pool = Array.from({ length: 40_000 }, () =>
    encode(Array.from({ length: 4 + Math.floor(random() * 6) }, draw).join(" ")),
  );
  return { words, draw, clause: () => pool[Math.floor(random() * pool.length)] ?? nothing };
}

function inventWords(random: () => number, size: number): string[] {
  const pick = (from: readonly string[], common: number): string => {
    const at = Math.floor(random() * (random() < 0.9 ? common : from.length));
    return from[at] ?? "";
  };
  const seen = new Set<string>();
  while (seen.size < size) {
    const syllables = 1 + Math.floor((seen.size / size) ** 0.3 * 3 + random());
    let word = "";
    for (let at = 0; at < syllables; at += 1) word += pick(starts, starts.length) + pick(middles, 6) + pick(ends, 7);
    seen.add(word);
  }
  return [...seen];
}

function findRank(cumulated: Float64Array, value: number): number {
  let low = 0;
  let high = cumulated.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((cumulated[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
