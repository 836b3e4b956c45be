import { markedKeys } from "../../src/core/marked-keys.ts";
import { findBankDetails } from "./find-bank-details.ts";

export type SecretKind = "private_key" | "key" | "code" | "password" | "door_code" | "card" | "passport";

export interface FoundSecret {
  kind: SecretKind;
  value: string;
}

/** What each kind is called on a card. */
export const secretWords: Record<SecretKind, string> = {
  private_key: "a private key",
  key: "a key or token",
  code: "a code",
  password: "a password",
  door_code: "a door or alarm code",
  card: "a card number",
  passport: "a passport number",
};

/** Longest text that is looked through; what lies beyond is said to be unread. */
export const secretTextLimit = 200_000;

/**
 * What in a text is a secret by its shape (keys, cards by checksum) or by the words beside it (codes, passwords). Contract:
 * pure; linear in the text; every value once.
 */
export function findSecrets(text: string): FoundSecret[] {
  const plain = text
    .slice(0, secretTextLimit)
    .replace(/-----BEGIN PGP (?:SIGNATURE|PUBLIC KEY BLOCK)-----[\s\S]*?-----END PGP [A-Z ]+-----/g, " ");
  const found = [
    ...findPrivateKeys(plain),
    ...findNamed(plain),
    ...findCards(plain),
    ...findKeys(plain),
    ...findBareCode(plain),
  ];
  const seen = new Set<string>();
  return found.filter(({ value }) => !seen.has(value) && seen.add(value));
}

function findPrivateKeys(text: string): FoundSecret[] {
  return [...text.matchAll(/-----BEGIN [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----/g)].map((hit) => ({
    kind: "private_key",
    value: hit[0],
  }));
}

/** `name=value` where the name says that the value is secret: cookies, keys in configuration, JSON. */
const assigned = /(?<![\w-])"?([a-z][\w.-]{0,40})"?\s*[:=]\s*(?:\{\s*"\w{1,20}"\s*:\s*)?"?([\w+/.~-]{12,}={0,2})/gi;
const secretName =
  /(?:secret|token|api.?key|(?:^|[a-z_.-])key$|session|cookie|(?:^|[_-])s?sid$|csrf|passwd|credential|auth)/i;
const solid = /(?<![\w@./+=-])[\w+/=-]{20,200}(?![\w@/+=-])/g;

function findKeys(text: string): FoundSecret[] {
  const keys = [...text.matchAll(markedKeys)].map((hit) => hit[0]);
  for (const hit of text.matchAll(assigned)) {
    const [, name = "", value = ""] = hit;
    if (secretName.test(name) && /\d/.test(value) && /[a-z]/i.test(value)) keys.push(value);
  }
  for (const [token] of text.matchAll(solid)) if (looksRandom(token)) keys.push(token);
  const passwords = [...text.matchAll(/(?<!\S)\S{10,64}(?!\S)/g)].map((hit) => hit[0]).filter(isPasswordShape);
  return [
    ...keys.map((value): FoundSecret => ({ kind: "key", value })),
    ...passwords.map((value): FoundSecret => ({ kind: "password", value })),
  ];
}

/** Upper and lower case and digits mixed, with the entropy of chance rather than of a name, path or identifier. */
function looksRandom(token: string): boolean {
  if (!/[A-Z]/.test(token) || !/[a-z]/.test(token) || !/\d/.test(token)) return false;
  if (/^[\w-]+\/[\w-]+\//.test(token) || /^(?:[a-z]+[-_])+[a-z]+$/i.test(token)) return false;
  const switches = token.match(/[a-z][A-Z0-9]|[A-Z][a-z0-9]|\d[A-Za-z]/g)?.length ?? 0;
  return (switches >= 4 || /\d{8,}$/.test(token)) && !isWordy(token) && entropyOf(token) >= 3;
}

/** Mostly words joined by capitals, dashes or lines: the name of something, with a number at its end. */
function isWordy(token: string): boolean {
  const words = token.split(/[-_+/=]|(?<=[a-z])(?=[A-Z])|(?<=\D)(?=\d)|(?<=\d)(?=\D)/).filter((part) => part !== "");
  const inWords = words.filter((part) => /^(?:[A-Z]?[a-z]{3,}|[A-Z]{3,})$/.test(part)).join("").length;
  return words.length > 1 && inWords / token.length > 0.65 && !/\d{6,}$/.test(token);
}

/** Letters of both cases, digits and a sign a keyboard password has, in one piece without the signs of code and addresses. */
function isPasswordShape(token: string): boolean {
  const bare = token.replace(/^["'“(]+|["'”).,;:!?]+$/g, "");
  if (bare.length < 10 || /[()[\]{}<>"';,|\\/:=]|->|&&|\.\w|@[\w-]+\./.test(bare)) return false;
  return /[a-z]/.test(bare) && /[A-Z]/.test(bare) && /\d/.test(bare) && /\w[!@#$%^*?~]+\w/.test(bare);
}

function entropyOf(token: string): number {
  const counts = new Map<string, number>();
  for (const letter of token) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / token.length) * Math.log2(count / token.length);
  return bits;
}

const doorWords =
  "door|gate|alarm|garage|lobby|entry|key ?box|lock ?box|safe|alarme|alarma|allarme|padlock|locker|intercom|haustür|tür|tor|tresor|schlüsselbox|schließfach|porte|portail|coffre|digicode|puerta|portón|caja fuerte|porta|cancello|cassaforte|portão|deur|drzwi|дверь|домофон";
const codeWords =
  "code|codes|pin|otp|tan|mtan|passcode|pass ?code|token|combination|[\\p{L}]{1,24}codes?|kod|código|codigo|codice|cod|zugangsnummer|geheimzahl|κωδικός|код|코드|验证码|驗證碼|密码锁|認証コード|確認コード|コード|رمز|קוד|कोड";
/** Codes that everybody may know. */
const harmlessCode =
  /(?:zip|post(?:al|cod)?|plz|country|area|region|dial\w*|error|exit|return|status|source|byte|machine|key|promo\w*|discount|voucher|coupon|referral|dress|bar|qr|product|item|order|tracking|booking|confirmation|fiscal|erreur|fehler|länder|rabatt|gutschein|uni|http|iata|airport|swift|bic|sort|color|colour|op|sample|example|reason|char\w*|language|currency|train|flight|course|morse|civil|penal|du travail)\W{0,2}$/i;
const passwordWords =
  "pass ?word|pass ?phrase|passwd|pwd|passwort|kennwort|losungswort|mot de passe|contraseña|contrasena|clave|senha|palavra-passe|wachtwoord|lösenord|adgangskode|passord|salasana|hasło|heslo|jelszó|parola|lozinka|geslo|şifre|пароль|кодовое слово|密码|密碼|口令|パスワード|暗証番号|비밀번호|كلمة المرور|סיסמה|सिफ़र";
const joint =
  "(?:\\s*(?:\\(.{0,20}\\)|number|no\\.?|nr\\.?))?(?:\\s+(?:(?:for|für|de|di|do|da|del|pour|para|zu[mr]?|на|для) )?[\\p{L}'’-]{1,24}(?: [\\p{L}'’-]{1,24})?(?=\\s*[:：]))?\\s*(?:is|ist|lautet|est|es|è|é|to|jest|är|er)?\\s*[:=：–—#-]?\\s*[\"'“`*]*";
const codeValue =
  "(\\d{3}[ -]\\d{3}(?![\\d -]*\\d)|\\d{3,8}(?![\\w%€$£])|(?=[A-Z0-9-]{0,11}\\d)(?=[A-Z0-9-]{0,11}[A-Z])[A-Z0-9]{3,6}-?[A-Z0-9]{2,6}(?![\\w]))";

const start = "(?<![\\p{L}\\p{N}])";
const afterWord = new RegExp(`${start}(?:${codeWords})${joint}${codeValue}`, "giu");
const mixedToken = new RegExp(
  `${start}(?:token|otp|passcode)${joint}((?=\\w*\\d)(?=\\w*[a-z])[\\w-]{5,40})(?!\\w)`,
  "giu",
);
const beforeWord =
  /(?<![\w.,-])(\d{4,8}|\d{3}[ -]\d{3})\s+(?:is|ist|est|es|è|é|är|jest)\s+(?:your|the|my|our|dein|ihr|mein|der|votre|ton|mon|le|tu|su|mi|il|la|seu|o)\s+[^.\n]{0,30}?(?:code|pin|otp|tan|código|codice|kod|passcode)/giu;
const door = new RegExp(
  `${start}(?:${doorWords})(?:'s)?[\\s-]{0,2}(?:code|pin|combination|nummer|number|zahl)?${joint}(\\d{3,8}#?)(?!\\w)`,
  "giu",
);
const password = new RegExp(
  `${start}(?:${passwordWords})\\s*(is|ist|lautet|est|es|è|é|jest|är|er|:|=|：)\\s*["'“\`*]*([^\\s"'”\`*]{4,64})`,
  "giu",
);
const passport =
  /(?<![\p{L}])(?:passport|reisepass\w*|passeport|pasaporte|passaporto|passaporte|paspoort|paszport\w*|паспорт\w*|护照|旅券|パスポート)(?:[\s_-]*(?:number|no\.?|nr\.?|nummer|numéro|número|n°|№|号))?\s*(?:is|ist|est|es|è|:|=|：)?\s*((?=(?:[A-Z]*\d){4})[A-Z0-9]{6,10})(?![A-Z0-9])/giu;

/** Secrets that the words beside them give away, in the languages people write codes and passwords in. */
function findNamed(text: string): FoundSecret[] {
  const found: FoundSecret[] = [];
  for (const hit of text.matchAll(door)) found.push({ kind: "door_code", value: hit[1] ?? "" });
  for (const hit of text.matchAll(afterWord)) if (isCode(text, hit)) found.push({ kind: "code", value: hit[1] ?? "" });
  for (const hit of text.matchAll(mixedToken)) found.push({ kind: "code", value: hit[1] ?? "" });
  for (const hit of text.matchAll(beforeWord)) found.push({ kind: "code", value: hit[1] ?? "" });
  for (const hit of text.matchAll(password))
    if (isPassword(text, hit)) found.push({ kind: "password", value: hit[2] ?? "" });
  for (const hit of text.matchAll(passport)) found.push({ kind: "passport", value: hit[1] ?? "" });
  return found;
}

function isCode(text: string, hit: RegExpExecArray): boolean {
  const value = hit[1] ?? "";
  const [word = ""] = /^[\p{L}\p{M}]+/u.exec(hit[0]) ?? [];
  const before = text.slice(Math.max(0, hit.index - 20), hit.index);
  const compound = word.toLowerCase().replace(/codes?$/, "");
  if (harmlessCode.test(before) || (compound !== "" && harmlessCode.test(compound))) return false;
  if (
    /^(?:code|código|codigo|codice|cod)$/i.test(word) &&
    /^.{0,4}(?:postal|fiscal|civil)/i.test(text.slice(hit.index + word.length))
  )
    return false;
  // "code 2024" and "code 404" are years and numbers of other things.
  const digits = value.replace(/\D/g, "");
  return digits.length >= 4 || /^pin$/i.test(word)
    ? !/^(?:19|20)\d\d$/.test(value) || /^(?:pin|tan|otp)$/i.test(word)
    : false;
}

function isPassword(text: string, hit: RegExpExecArray): boolean {
  const [whole, link = "", raw = ""] = hit;
  const value = raw.replace(/[.,;!?)]+$/, "");
  if (value.length < 4) return false;
  if (/\d/.test(value) || /[^\p{L}\p{M}'’.-]/u.test(value) || /\p{Ll}\p{Lu}/u.test(value)) return true;
  // A plain word is one only behind a colon, with nothing after it on the line.
  return /[:=：]/.test(link) && /^[\s"'”`*.]*(?:\n|$)/.test(text.slice(hit.index + whole.length));
}

function findCards(text: string): FoundSecret[] {
  return [
    ...text.matchAll(
      /(?<![\w.,-])(?:\d{4}[ -]\d{4}[ -]\d{4}[ -]\d{4}|3\d{3}[ -]\d{6}[ -]\d{5}|\d{15,16})(?![\w-]|[.,]\d)/g,
    ),
  ]
    .map((hit) => hit[0])
    .filter((value) => isCard(value.replace(/\D/g, "")) && findBankDetails(value).length === 0)
    .map((value) => ({ kind: "card", value }));
}

/** An issuer's range and the Luhn checksum. Source: ISO/IEC 7812. */
function isCard(digits: string): boolean {
  if (!/^(?:4|5[1-5]|2[2-7]|3[47]|35|6(?:011|5))/.test(digits)) return false;
  let sum = 0;
  for (const [place, digit] of [...digits].reverse().entries()) {
    const twice = place % 2 === 1 ? Number(digit) * 2 : Number(digit);
    sum += twice > 9 ? twice - 9 : twice;
  }
  return sum % 10 === 0 && new Set(digits).size > 1;
}

/** A text that is nothing but a number of a code's length, with a word for it or none. */
function findBareCode(text: string): FoundSecret[] {
  const value = /^\s*(\d{4,8}|\d{3}[ -]\d{3})\s*$/.exec(text)?.[1];
  return value === undefined ? [] : [{ kind: "code", value }];
}
