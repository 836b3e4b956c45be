import { fold } from "../../core/fold.ts";
import { markedKeys } from "../../core/marked-keys.ts";
import { forScreen } from "../../core/untrusted.ts";

/** Why a text may not be kept, or not be shown to a model. */
export interface TextFinding {
  kind: "hidden" | "secret" | "command" | "permission";
  /** A few words of ours. */
  why: string;
}

const privateKey = /-----BEGIN [A-Z ]{0,30}PRIVATE KEY/;
const namedSecret =
  /(?:password|passwort|passphrase|mot de passe|contrasena|senha|\bpin\b|\bpuk\b|\btan\b|api.?key|secret key|recovery code|security code|verification code)\s*(?:is|ist|est|es|:|=)\s*\S{3,}/;
const cardDigits = /(?<!\d)(?:\d[ -]?){13,19}(?!\d)/g;
const iban = /\b[a-z]{2}\d{2}(?: ?[a-z0-9]{4}){2,7}(?: ?[a-z0-9]{1,4})?\b/;

/** What tells a machine what to do or to be: nothing a note about the owner's life needs. */
const commands: readonly RegExp[] = [
  /\b(?:ignore|disregard|forget|override|bypass)\b.{0,30}\b(?:previous|prior|above|earlier|all|any|your|the)\b.{0,30}\b(?:instruction|rule|prompt|message|polic|guideline|restriction)/,
  /\b(?:ignorier|vergiss|missachte)\w*\b.{0,40}\b(?:anweisung|regel|vorgabe|instruktion)/,
  /\b(?:ignore[rz]?|oublie[rz]?|ignora|olvida)\b.{0,40}\b(?:instruction|instruccion|istruzion|regle|regla|regola|consigne)/,
  /\byou are (?:now|from now on|no longer)\b/,
  /\b(?:system|developer|assistant) ?(?:prompt|message|note|instruction|override)/,
  /(?:^|\n)\s*(?:system|assistant|developer|human|user)\s*:/,
  /<\/?(?:system|assistant|instructions?|tool|data-)[^>\n]{0,40}>?|\[\/?(?:inst|system)\]/,
  /\b(?:as an?|dear|attention|note to|hey) (?:ai|assistant|agent|language model|llm|steward)\b/,
  /\b(?:assistant|agent|steward|the model)\b.{0,30}\b(?:must|should|shall|has to|is to|soll|muss|doit)\b/,
  /\b(?:do not|don't|never|without)\b.{0,20}\b(?:tell|telling|show|showing|inform|informing|ask|asking|mention)\b.{0,20}\b(?:the owner|the user|owner|user|anyone)\b/,
  /\b(?:always|whenever|every time|from now on|immer|toujours|siempre)\b.{0,60}\b(?:forward|send|bcc|cc|copy|pay|transfer|wire|approve|delete|click|open|reply|weiterleiten|uberweis|senden|envoye|reenvia)/,
  /\b(?:call|use|run|invoke)\b.{0,20}\b(?:the )?(?:tool|function|action|command)\b/,
];
/** A permission belongs into policy.yaml, where code holds to it. */
const permissions =
  /\b(?:pre-?approved|auto-?approve\w*|without (?:asking|approval|a card|confirmation)|no (?:approval|confirmation) (?:is )?(?:needed|required)|already approved|standing approval|ohne (?:nachfrage|ruckfrage|bestatigung)|sans (?:demander|confirmation)|vorab genehmigt)\b/;

/**
 * What keeps a text out of memory: characters nobody sees, secrets and bank details, permissions, commands to an assistant. Contract:
 * pure, linear, never throws; reads the first 20,000 characters.
 */
export function scanText(text: string): TextFinding | null {
  const part = text.slice(0, 20_000);
  const plain = part.replaceAll("\r\n", "\n").replaceAll("\t", "  ");
  if (forScreen(part, { multiline: true }) !== plain || /[\u200c\u200d](?=[\p{L}\p{N}])/u.test(plain))
    return { kind: "hidden", why: "it holds characters that nobody sees" };
  const folded = fold(plain);
  if (holdsSecret(plain, folded)) return { kind: "secret", why: "it holds a secret, a card number or bank details" };
  if (permissions.test(folded))
    return { kind: "permission", why: "it gives a permission, which only policy.yaml can (steward policy edit)" };
  if (commands.some((pattern) => pattern.test(folded)))
    return { kind: "command", why: "it reads as a command to an assistant" };
  return null;
}

function holdsSecret(plain: string, folded: string): boolean {
  if (privateKey.test(plain) || plain.search(markedKeys) >= 0) return true;
  if (namedSecret.test(folded) || iban.test(folded)) return true;
  return [...plain.matchAll(cardDigits)].some(([written]) => isCardNumber(written.replace(/\D/g, "")));
}

/** Source: ISO/IEC 7812-1, annex B (the Luhn formula). */
function isCardNumber(digits: string): boolean {
  const sum = [...digits].reverse().reduce((total, digit, at) => {
    const doubled = Number(digit) * (at % 2 === 1 ? 2 : 1);
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return digits.length >= 13 && sum % 10 === 0 && !/^(\d)\1+$/.test(digits);
}
