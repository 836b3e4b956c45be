import { foldedWords } from "../../core/fold.ts";
import { phoneIdentity } from "../../core/identity.ts";
import { forScreen, rawText, type Untrusted } from "../../core/untrusted.ts";

/** What a signature says about its writer; empty where it says nothing clear. */
export interface ReadSignature {
  phones: string[];
  organisation: string;
  title: string;
}

const lineLimit = 12;
const fax = /\bfax\b|telefax/i;
const phoneLike = /(?:\+|\(0|0)[\d\s()./-]{6,22}\d/g;
const legalForm =
  /\b(gmbh|ag|kg|ug|se|e\.?\s?v\.?|ltd|limited|inc|corp|llc|llp|plc|sarl|s\.?a\.?r\.?l\.?|sas|s\.a\.|s\.l\.|bv|b\.v\.|oy|ab|a\/s|srl|s\.r\.l\.|spa|s\.p\.a\.)(?=[\s,.|)]|$)/i;
const titleWord =
  /\b(manager|director|engineer|developer|designer|head of|lead|partner|founder|co-?founder|ceo|cto|cfo|coo|president|consultant|recruiter|professor|prof|lecturer|researcher|lawyer|attorney|architect|assistant|officer|editor|analyst|teacher|accountant|leiter(?:in)?|geschäftsführer(?:in)?|inhaber(?:in)?|rechtsanwalt|rechtsanwältin|steuerberater(?:in)?|directeur|directrice|responsable|gérante?|directora?|gerente|abogad[oa])\b/i;

/**
 * Phone numbers (E.164), organisation and title from a signature block. `domain` is the writer's mail domain: a line that
 * begins with its name is taken as the organisation. Contract: pure, never throws; reads twelve lines at most.
 */
export function readSignature(signature: Untrusted, options: { region: string; domain: string }): ReadSignature {
  const lines = rawText(signature)
    .slice(0, 4000)
    .split(/\r?\n/)
    .map((line) => forScreen(line).trim())
    .filter((line) => line !== "" && line.length <= 120)
    .slice(0, lineLimit);
  const phones = lines.flatMap((line) => phonesIn(line, options.region));
  const parts = lines.flatMap((line) => line.split(/\s+[|·•]\s+|,\s+(?=\p{Lu})/u)).filter((part) => !hasAddress(part));
  const isOrganisation = (part: string): boolean => legalForm.test(part) || beginsWithDomain(part, options.domain);
  return {
    phones: [...new Set(phones)].slice(0, 3),
    organisation: parts.find(isOrganisation) ?? "",
    title: parts.find((part) => part.length <= 60 && titleWord.test(part) && !isOrganisation(part)) ?? "",
  };
}

function phonesIn(line: string, region: string): string[] {
  if (fax.test(line)) return [];
  return (line.match(phoneLike) ?? []).flatMap((text) => phoneIdentity(text.replace("(0)", ""), region)?.value ?? []);
}

function hasAddress(part: string): boolean {
  return /@|https?:|www\.|\d{4,}/i.test(part);
}

function beginsWithDomain(part: string, domain: string): boolean {
  const label = domain.split(".").at(-2) ?? "";
  const joined = foldedWords(part).join("");
  return label.length >= 4 && part.length <= 60 && joined.startsWith(label.replace(/-/g, ""));
}
