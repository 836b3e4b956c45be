/**
 * Keys by the prefixes with which services mark their own. Source: the services' documentation of their token formats. Contract: for
 * `matchAll` and `replaceAll` only, which leave a regular expression as it was.
 */
export const markedKeys =
  /(?<![\w-])(?:sk-[\w-]{16,}|[sprk]k_(?:live|test)_\w{12,}|gh[pousr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|xox[abeoprs]-[\w-]{10,}|AKIA[A-Z0-9]{16}|AIza[\w-]{30,}|ya29\.[\w-]{10,}|1\/\/0[\w-]{16,}|GOCSPX-[\w-]{10,}|ntn_\w{16,}|secret_\w{20,}|npm_\w{20,}|hf_\w{20,}|SG\.[\w-]{16,}\.[\w-]{16,}|\d{8,11}:[\w-]{30,}|eyJ[\w-]{12,}\.[\w-]{8,}\.[\w-]+)/g;

const privateKeys =
  /-----BEGIN [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----|$)/g;

/** What stands in a text in place of a key. */
export const hiddenKey = "[hidden: a key]";

/**
 * A text without private keys and keys that are marked as such, and without the given secrets. Contract: pure; a private key without
 * its end is hidden up to the end of the text; equal texts give equal texts.
 */
export function hideKeys(text: string, secrets: readonly string[]): string {
  let hidden = text;
  for (const secret of secrets) if (secret.length >= 8) hidden = hidden.replaceAll(secret, hiddenKey);
  return hidden.replaceAll(privateKeys, hiddenKey).replaceAll(markedKeys, hiddenKey);
}
