import type { Warning } from "../../src/core/card.ts";
import { fold } from "../../src/core/fold.ts";
import { hasItemAlready } from "./already-with.ts";
import type { RecipientFact, ValueSource } from "./facts.ts";
import { findInvisible, longestBlank } from "./find-invisible.ts";
import { type GateWorld, textOf, warn } from "./gate-world.ts";

/** Private data, money, and characters or blanks that hide something in what would leave. */
export function contentWarnings(
  world: GateWorld,
  recipients: readonly RecipientFact[],
  values: readonly ValueSource[],
): Warning[] {
  return [...privateWarnings(world, recipients), ...moneyWarnings(world, values), ...hidingWarnings(world)];
}

const street =
  /(?<!\p{L})(?:\d{1,5}\w?,? (?:\p{Lu}[\p{L}'’.-]+ ){1,3}(?:street|st|road|rd|avenue|ave|lane|ln|drive|dr|boulevard|blvd|square|court|terrace)\b|\p{Lu}[\p{L}'’ .-]{1,30}(?:straße|strasse|str\.|gasse|weg|allee|platz|straat|laan|gatan|vej) \d{1,4}\w?\b|(?:rue|avenue|boulevard|place|calle|plaza|via|viale|piazza|rua|ulica|ul\.|ulice|улица|ул\.) (?:\p{Lu}?[\p{L}'’.-]+ ){0,4}\p{Lu}?[\p{L}'’.-]*,? ?\d{1,4}\b|(?:st|street|road|rd) \d{1,4}\b)/iu;
const identity =
  /(?<!\p{L})(?:social security|ssn|national id|id[ _-]?(?:card|number|no)|identity card|driver'?s licen[cs]e|personalausweis\w*|ausweisnummer|sozialversicherungs\w*|steuer-?(?:id|nummer)\w*|tax (?:id|number)|numéro fiscal|sécurité sociale|carte d'identité|dni|nie|nif|seguridad social|codice fiscale|carta d'identità|cpf|pesel|bsn|инн|снилс|身份证号?|マイナンバー)\W{0,6}(?:number|no\.?|nr\.?|is|ist|est|es)?\W{0,4}[\p{L}\d-]{0,4}\d[\d ./-]{3,}/iu;
const health =
  /(?<!\p{L})(?:diagnos\w+|prescri(?:bed|ption\w*)|medication\w*|blood test|biopsy|chemotherap\w+|hiv|pregnan\w+|miscarriage|depressi\w+|psychiatr\w+|psychotherap\w+|cancer|insulin|genetic (?:test|data)|medical record\w*|befund\w*|diagnose\w*|rezept für|medikament\w*|schwanger\w*|krebs\w*|krankschreib\w*|ordonnance\w*|médicament\w*|enceinte|grossesse|analyse de sang|receta médica|embarazad\w*|medicamento\w*|referto|gravidanza|incinta|farmac[io]\w*|диагноз\w*|беременн\w*|рецепт\w*|诊断|怀孕|処方|妊娠)(?!\p{L})/iu;

/** Where somebody lives, who they are to the state, how they are: held where it goes to somebody new or was not said here. */
function privateWarnings(world: GateWorld, recipients: readonly RecipientFact[]): Warning[] {
  if (!world.outgoing.leaves) return [];
  const text = `${world.outgoing.prose}\n${world.outgoing.fileText}`;
  const kinds: [RegExp, string][] = [
    [street, "a postal address"],
    [identity, "a number of an identity document or office"],
    [health, "words about health"],
  ];
  const own = fold(world.ownWords);
  return kinds.flatMap(([pattern, what]) => {
    const found = pattern.exec(text)?.[0].trim();
    if (found === undefined) return [];
    const known = [...world.opened, ...world.read].filter((item) => fold(textOf(item)).includes(fold(found)));
    const isShared = own.includes(fold(found)) || known.some((item) => hasItemAlready(world, recipients, item));
    const isNew = recipients.some(({ standing }) => standing !== "own" && standing !== "known");
    const level = isShared && !isNew ? "note" : pattern === identity ? "red" : isNew ? "amber" : "note";
    return [warn("private_data", level, `It holds ${what}.`, { about: found, itemIds: known.map((item) => item.id) })];
  });
}

const payWords =
  /(?<!\p{L})(?:pay(?:ment|ing|s)?|paid|transfer(?:red|ring)?|wire(?:d)?|invoice\w*|refund\w*|deposit\w*|gift cards?|bitcoin|überw[ei]\w+|zahl\w+|bezahl\w+|rechnung\w*|erstatt\w+|virement\w*|pay(?:er|ez|é|ée)|factur\w+|rembours\w+|pag(?:ar|o|amos|ado|are|amento|amenti)|transferencia|fattur\w+|bonific\w+|betal\w+|overmaken|przelew\w*|zapłac\w*|оплат\w+|перев[её]\w+|счет на оплату|支付|转账|付款|振込|支払)(?!\p{L})/iu;

/** An amount beside words for paying. Said by the owner or in the request's own conversation, it is told and no more. */
function moneyWarnings(world: GateWorld, values: readonly ValueSource[]): Warning[] {
  const amounts = values.filter(({ kind }) => kind === "amount");
  if (amounts.length === 0 || !world.outgoing.leaves || !payWords.test(world.outgoing.whole)) return [];
  const openedIds = new Set(world.opened.map((item) => item.id));
  const isSaid = ({ from, itemIds }: ValueSource): boolean =>
    from === "owner" || itemIds.some((id) => openedIds.has(id));
  return amounts.map((amount) =>
    warn("money", isSaid(amount) ? "note" : "amber", `It speaks of paying ${amount.value}.`, {
      about: amount.value,
      itemIds: amount.itemIds,
    }),
  );
}

const blankLines = 5;
const manyBlankLines = 20;
const blankSpaces = 100;

function hidingWarnings({ preview, outgoing }: GateWorld): Warning[] {
  const warnings: Warning[] = [];
  const hidden = findInvisible(`${outgoing.whole}\n${outgoing.fileText}`);
  const inNames = [...preview.files.map(({ name }) => name), ...preview.recipients.map(({ name }) => name)].some(
    (name) => findInvisible(name).count > 0,
  );
  if (hidden.count > 0 || inNames) {
    const text = `It holds ${hidden.count} character${hidden.count === 1 ? "" : "s"} that cannot be seen.`;
    warnings.push(
      warn("invisible_characters", hidden.deceives || inNames ? "red" : "amber", text, {
        about: hidden.codes.join(" "),
      }),
    );
  }
  const { lines, spaces } = longestBlank(outgoing.whole);
  if (lines >= blankLines || spaces >= blankSpaces) {
    const text =
      lines >= blankLines ? `${lines} empty lines stand before more text.` : "A long blank stands before more text.";
    warnings.push(warn("long_blank", lines >= manyBlankLines ? "red" : "amber", text));
  }
  return warnings;
}
