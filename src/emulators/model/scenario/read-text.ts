/** Sentences of a text as they stand in it, in order. */
export function sentences(text: string): string[] {
  return text
    .split(/(?<=[.!?…])\s+|\n+/u)
    .map((one) => one.trim())
    .filter((one) => one !== "");
}

/** Whether somebody is asked something: a question mark, or the words of a request. */
export function asksSomething(text: string): boolean {
  return /\?|\b(?:please (?:confirm|send|let|sign|reply|approve)|let me know|could you|can you|bitte\b.{0,60}\b(?:bestätig|send|schick|teil|gib|unterschr|antwort)|geben sie|gib mir|merci de|pourrais-tu|pouvez-vous|peux-tu|dis-moi|por favor|puoi|puedes|podes|fammi sapere|potresti)/iu.test(
    text,
  );
}

/** Somebody commands a machine, or wants what nobody should be told: not to be obeyed and not to be answered. */
export function looksHostile(text: string): boolean {
  return /\b(?:ignore (?:all|any|previous|your)|system prompt|(?:ai|ki) (?:assistant|agent)|dear assistant|assistant[:,]|you are now|instructions? to (?:the )?(?:model|assistant)|password|passwort|mot de passe|contraseña|verification code|one-time code|\bTAN\b|gift cards?)/iu.test(
    text,
  );
}

const addressPattern = /[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/gu;

/** Mail addresses in a text, each once. */
export function findAddresses(text: string): string[] {
  return [...new Set(text.match(addressPattern) ?? [])].map((one) => one.replace(/[.-]+$/, ""));
}

/** `Name <address>` in its two parts; a bare address has no name, a bare name no address. */
export function readParty(words: string): { name: string; address: string } {
  const found = /^(.*?)\s*<([^>]+)>$/.exec(words.trim());
  if (found !== null) return { name: found[1] ?? "", address: found[2] ?? "" };
  // Whoever is known by a chat's name alone stands there with the chat before it.
  return words.includes("@")
    ? { name: "", address: words.trim() }
    : { name: words.trim().replace(/^[a-z]+:(?=\S)/, ""), address: "" };
}

/** What a person is called by those who know them: the first word that is no title. */
export function firstName(name: string): string {
  const words = name.split(/\s+/).filter((word) => !/^(?:dr|prof|herr|frau|mr|mrs|ms|mme|m)\.?$/iu.test(word));
  return (words[0] ?? "").replace(/[,;:]$/, "");
}

/** Letters only, small, without accents: for comparing. */
export function fold(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

/** Whether a text names somebody: every word of the name, or the first one. */
export function namesSomebody(text: string, name: string): boolean {
  const words = new Set(fold(text).match(/[\p{L}\p{N}]+/gu) ?? []);
  const parts = fold(name).match(/[\p{L}\p{N}]+/gu) ?? [];
  return parts.length > 0 && words.has(parts[0] ?? "");
}

/** Cut to a length at a word's end. */
export function shorten(text: string, most: number): string {
  const line = text.replace(/\s+/g, " ").trim();
  if (line.length <= most) return line;
  const cut = line.slice(0, most - 1);
  return `${cut.slice(0, Math.max(cut.lastIndexOf(" "), most / 2)).trimEnd()}…`;
}
