import { domainToUnicode } from "node:url";
import { fold } from "./fold.ts";

/** Letters of other scripts and digits that look like a Latin letter, after `fold`. Source: Unicode TR39 confusables, the common part. */
const looksLike: Record<string, string> = {
  а: "a",
  в: "b",
  с: "c",
  ԁ: "d",
  е: "e",
  һ: "h",
  і: "i",
  ј: "j",
  к: "k",
  ӏ: "l",
  м: "m",
  н: "h",
  о: "o",
  р: "p",
  ԛ: "q",
  ѕ: "s",
  т: "t",
  у: "y",
  х: "x",
  ѵ: "v",
  ԝ: "w",
  г: "r",
  п: "n",
  α: "a",
  β: "b",
  ε: "e",
  η: "n",
  ι: "i",
  κ: "k",
  ν: "v",
  ο: "o",
  ρ: "p",
  σ: "o",
  τ: "t",
  υ: "u",
  χ: "x",
  ω: "w",
  γ: "y",
  ɑ: "a",
  ɡ: "g",
  ɩ: "i",
  ᴏ: "o",
  ո: "n",
  օ: "o",
  ս: "u",
  ց: "g",
  հ: "h",
  յ: "j",
  ѡ: "w",
  ғ: "f",
  ҝ: "k",
  ҽ: "e",
  ԍ: "g",
  ʀ: "r",
  ʏ: "y",
  ⅼ: "l",
  "0": "o",
  "1": "l",
  "3": "e",
  "5": "s",
  "8": "b",
  "|": "l",
};
const confusable = new RegExp(`[${Object.keys(looksLike).join("").replace("|", "\\|")}]`, "g");
const invisible = /[\u00ad\u200b-\u200f\u2060\ufeff]/g;

/**
 * A domain as an eye reads it: punycode shown, marks off, confusable letters and digits as Latin ones, `rn` as m, `vv` as w,
 * i as l, hyphens dropped. Two domains with one skeleton look alike. Contract: pure, never throws.
 */
export function skeletonOf(domain: string): string {
  const shown = domain.includes("xn--") ? domainToUnicode(domain) : domain;
  return fold(shown.replace(invisible, ""))
    .replace(confusable, (letter) => looksLike[letter] ?? letter)
    .replace(/rn/g, "m")
    .replace(/vv/g, "w")
    .replace(/cl/g, "d")
    .replace(/i/g, "l")
    .replace(/-/g, "");
}
