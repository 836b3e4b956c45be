/**
 * About how many tokens a text has, from above: 3.2 characters a token and a fifth on top; letters beyond Latin and Greek count half a
 * token each, those of Chinese, Japanese and Korean a whole one. Contract: pure; no tokenizer is asked, so it is for limits and for
 * what to cut, not for bills.
 */
export function estimateTokens(text: string): number {
  let plain = 0;
  let half = 0;
  let whole = 0;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit < 0x400) plain += 1;
    else if (unit < 0x2e80) half += 1;
    else whole += 1;
  }
  return Math.ceil((plain / 3.2 + half / 2 + whole) * 1.2);
}

/** What an image counts as, whatever its size: services shrink those that are larger. */
export const tokensOfImage = 3_000;
