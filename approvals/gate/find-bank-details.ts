/** One account named in a text: an IBAN by its checksum, or a number beside words for an account. */
export interface BankDetail {
  kind: "iban" | "account";
  /** Without spaces, upper case. */
  value: string;
  /** As it stands in the text. */
  written: string;
}

const iban = /(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?:[ -]?[A-Za-z0-9]{4}){2,7}(?:[ -]?[A-Za-z0-9]{1,4})?(?![A-Za-z0-9])/g;
const accountWords =
  "bank[ _]account|account[ _](?:number|no\\.?|nr\\.?)|sort code|routing(?: number)?|kontonummer|konto-?nr\\.?|bankverbindung|numéro de compte|rib|número de cuenta|cuenta bancaria|numero di conto|conto corrente|número da conta|rekeningnummer|numer konta|номер счета|расчетный счет|銀行口座|口座番号|银行账号|账号";
const account = new RegExp(
  `(?<![\\p{L}])(?:${accountWords})(?:[ _]number)?[^\\d\\n]{0,24}?(\\d[\\d -]{4,24}\\d)(?!\\w)`,
  "giu",
);

/** Accounts in a text. Contract: pure; every value once. Source: ISO 13616 for the checksum. */
export function findBankDetails(text: string): BankDetail[] {
  const found = new Map<string, BankDetail>();
  for (const [written] of text.matchAll(iban)) {
    const value = cutIban(written);
    if (value !== null) found.set(value, { kind: "iban", value, written });
  }
  for (const hit of text.matchAll(account)) {
    const written = hit[1] ?? "";
    const value = written.replace(/\D/g, "");
    if (![...found.keys()].some((known) => known.includes(value)))
      found.set(value, { kind: "account", value, written });
  }
  return [...found.values()];
}

/** The IBAN at the beginning of a run: words may follow it without anything between. */
function cutIban(written: string): string | null {
  const squeezed = written.replace(/[ -]/g, "").toUpperCase();
  for (let length = Math.min(34, squeezed.length); length >= 15; length--) {
    const candidate = squeezed.slice(0, length);
    if (isIban(candidate)) return candidate;
  }
  return null;
}

function isIban(value: string): boolean {
  if (/^[A-Z]{2}(?:00|01|99)/.test(value)) return false;
  const moved = value.slice(4) + value.slice(0, 4);
  let rest = 0;
  for (const letter of moved) rest = Number(`${rest}${Number.parseInt(letter, 36)}`) % 97;
  return rest === 1;
}

const changeWords =
  /(?:new|changed|updated|different|neue|geändert|aktualisiert|nouve(?:l|au|lle)|changé|nuev[oa]s?|cambiad[oa]|nuov[oaie]|cambiat[oaie]|nov[oa]s?|mudou|nieuwe?|gewijzigd|now[ey]|zmienion\w+|новы[ей]|изменил\w+)/iu;
const bankWords = /(?:bank|banc|banqu|account|iban|konto|compte|rib\b|cuenta|conto|conta\b|rekening|счет|реквизит)/iu;

/** Whether a sentence says that somebody's bank details are others now. Contract: pure. */
export function announcesNewBank(text: string): boolean {
  return text
    .split(/[.!?\n]+/)
    .some(
      (sentence) =>
        sentence.length < 400 &&
        changeWords.test(sentence) &&
        bankWords.test(sentence) &&
        /(?:details|account|iban|konto|verbindung|compte|coordonn|cuenta|datos|conto|coordinate|conta|rekening|счет|реквизит)/iu.test(
          sentence,
        ),
    );
}
