/** US dollars for a million tokens. */
interface Prices {
  input: number;
  output: number;
  write5m: number;
  write1h: number;
  read: number;
}

export interface CatalogueModel {
  id: string;
  line: "haiku" | "sonnet" | "opus" | "fable";
  /** Refuses what the 5.5 generation refuses: sampling, prefill, thinking budgets. */
  current: boolean;
  /** Refuses to be forced to a tool. */
  refusesForcing: boolean;
  contextTokens: number;
  maxTokens: number;
  /** Tokens a prefix needs to be cached. */
  minPrefix: number;
  prices: Prices;
  /** Prices of the whole request when its prompt is longer than so many tokens. */
  above?: { tokens: number; prices: Prices };
}

const priced = (input: number, output: number, read = input / 10): Prices => ({
  input,
  output,
  write5m: input * 1.25,
  write1h: input * 2,
  read,
});
const current = { current: true, contextTokens: 1_000_000, maxTokens: 128_000 };

/**
 * The models that are served, newest first.
 * Source: pricing and model pages, November 2026; the smallest prefixes of sonnet, opus and fable are those of the generation before.
 */
export const catalogue: readonly CatalogueModel[] = [
  {
    ...current,
    id: "claude-haiku-5-5",
    line: "haiku",
    refusesForcing: false,
    minPrefix: 512,
    prices: priced(0.1, 0.5),
    above: { tokens: 100_000, prices: priced(0.5, 2.5) },
  },
  { ...current, id: "claude-sonnet-5-5", line: "sonnet", refusesForcing: true, minPrefix: 1024, prices: priced(2, 10) },
  { ...current, id: "claude-opus-5-5", line: "opus", refusesForcing: true, minPrefix: 512, prices: priced(4, 20, 0.2) },
  { ...current, id: "claude-fable-5-1", line: "fable", refusesForcing: true, minPrefix: 512, prices: priced(10, 50) },
  {
    id: "claude-haiku-4-5",
    line: "haiku",
    current: false,
    refusesForcing: false,
    contextTokens: 200_000,
    maxTokens: 64_000,
    minPrefix: 4096,
    prices: priced(1, 5),
  },
];

/** The model of that id; a server of one's own serves any, without a price. */
export function findModel(id: string): CatalogueModel | null {
  return catalogue.find((one) => one.id === id) ?? null;
}
