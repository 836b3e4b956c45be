import type { Warning } from "../../src/core/card.ts";
import { rawText } from "../../src/core/untrusted.ts";
import { hasItemAlready } from "./already-with.ts";
import type { RecipientFact } from "./facts.ts";
import { announcesNewBank, findBankDetails } from "./find-bank-details.ts";
import { findSecrets, secretTextLimit, secretWords } from "./find-secrets.ts";
import { type GateWorld, textOf, warn } from "./gate-world.ts";

/** Secrets and bank details that would leave, in the text, in the files, and hidden in another form of writing. */
export function secretWarnings(world: GateWorld, recipients: readonly RecipientFact[]): Warning[] {
  const { outgoing } = world;
  const text = `${outgoing.whole}\n${outgoing.fileText}`;
  const level = outgoing.leaves ? "red" : "note";
  const warnings: Warning[] = [];
  // The body by itself too: a body that is nothing but a code has no word beside it.
  const found = [...findSecrets(text), ...findSecrets(outgoing.prose)];
  const seen = new Set<string>();
  for (const { kind, value } of found) {
    if (seen.has(value)) continue;
    seen.add(value);
    const known = [...world.opened, ...world.read].filter((item) => textOf(item).includes(value));
    const isShared = known.some((item) => hasItemAlready(world, recipients, item));
    const sentence = isShared
      ? `It holds ${secretWords[kind]} that they have already.`
      : `It holds ${secretWords[kind]}.`;
    warnings.push(
      warn("secret", isShared ? "note" : level, sentence, { about: value, itemIds: known.map((item) => item.id) }),
    );
  }
  warnings.push(...carriedSecrets(world, text, seen));
  if (text.length > secretTextLimit)
    warnings.push(warn("unknown_fact", "amber", "It is too long to look through for secrets."));
  return [...warnings, ...bankWarnings(world, recipients)];
}

/** Secrets of the items that were read, which stand in the text as they are or encoded. */
function carriedSecrets(world: GateWorld, text: string, told: ReadonlySet<string>): Warning[] {
  if (!world.outgoing.leaves || world.typedByOwner) return [];
  const squeezed = text.replace(/[\s-]/g, "").toLowerCase();
  return [...world.read, ...world.opened].flatMap((item) =>
    findSecrets(textOf(item))
      .filter(({ value }) => !told.has(value) && value.length >= 4)
      .filter(({ value }) => formsOf(value).some((form) => squeezed.includes(form)))
      .map(({ kind, value }) =>
        warn("secret", "red", `It carries ${secretWords[kind]} out of a message that was read.`, {
          about: value,
          itemIds: [item.id],
        }),
      ),
  );
}

/** A value as it is, backwards, in hexadecimal, in base64 and shifted by 13 letters; without spaces, lower case. */
function formsOf(value: string): string[] {
  const bytes = Buffer.from(value, "utf8");
  const shifted = value.replace(/[a-z]/gi, (letter) => {
    const base = letter <= "Z" ? 65 : 97;
    return String.fromCharCode(((letter.charCodeAt(0) - base + 13) % 26) + base);
  });
  const plain = value.replace(/[\s-]/g, "");
  const forms = [
    plain,
    [...plain].reverse().join(""),
    bytes.toString("hex"),
    bytes.toString("base64").replace(/=+$/, ""),
    bytes.toString("base64url"),
  ];
  if (shifted !== value) forms.push(shifted.replace(/[\s-]/g, ""));
  return forms.filter((form) => form.length >= 4).map((form) => form.toLowerCase());
}

function bankWarnings(world: GateWorld, recipients: readonly RecipientFact[]): Warning[] {
  const { outgoing } = world;
  const details = findBankDetails(`${outgoing.whole}\n${outgoing.fileText}`);
  const items = [...world.opened, ...world.read];
  const stands = items.map((item) => ({
    item,
    values: findBankDetails(`${textOf(item)}\n${rawText(item.quoted)}`).map(({ value }) => value),
  }));
  const warnings = details.map(({ value, written }) => {
    const known = stands.filter(({ values }) => values.includes(value));
    const isShared = known.some(({ item }) => hasItemAlready(world, recipients, item));
    const level = !outgoing.leaves || isShared ? "note" : "red";
    return warn("bank_details", level, `It names the account ${written}.`, {
      about: value,
      itemIds: known.map(({ item }) => item.id),
    });
  });
  const ibans = new Set(details.filter(({ kind }) => kind === "iban").map(({ value }) => value));
  const older = stands.flatMap(({ values }) => values).filter((value) => /^[A-Z]{2}/.test(value) && !ibans.has(value));
  const announced = world.opened.filter((item) => !item.sentEvidence && announcesNewBank(rawText(item.text)));
  const isPayment = world.outgoing.leaves && (details.length > 0 || /(?:^|[._])pay/.test(world.request.content.action));
  if (isPayment && ((ibans.size > 0 && older.length > 0) || announced.length > 0)) {
    const text = "The bank details are not those used before: ask by a way you already know.";
    warnings.push(
      warn("bank_details_changed", "red", text, {
        about: [...ibans][0] ?? "",
        itemIds: announced.map((item) => item.id),
      }),
    );
  }
  return warnings;
}
