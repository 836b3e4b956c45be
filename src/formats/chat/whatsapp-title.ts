const aroundTitle: readonly RegExp[] = [
  /^WhatsApp[- ]?(?:Chat|Sohbeti|Gespräch)? ?[-–] (?<title>.+)$/iu,
  /^(?<title>.+?) (?:ile|adlı kişiyle) (?:yapılan )?WhatsApp.*$/iu,
  /^(?<title>.+?) ?(?:との|と)の?WhatsApp.*$/iu,
  /^(?<title>.+?)(?:와의|과의|님과의) WhatsApp.*$/iu,
  /^(?:与|與|和) ?(?<title>.+?) ?的 ?WhatsApp.*$/iu,
  /^WhatsApp ?(?:与|與|和) ?(?<title>.+?) ?的.*$/iu,
  /^(?<title>.+?) के साथ WhatsApp.*$/iu,
  /^(?=.{0,40}(?:WhatsApp|واتساب|واتس))[^\n]{0,45}? (?:with|mit|con|avec|com o|com a|com|met|med|z użytkownikiem|z|с контактом|с|s|مع|با|dengan|với|กับ|cu|kanssa|с група) (?<title>.+)$/iu,
  /^[^\n]{0,20}WhatsApp[^\n]{0,20}?[:：-] ?(?<title>.+)$/iu,
];

/**
 * The chat's title from the name of its export in any of the app's languages ("WhatsApp-Chat mit Inès.txt"). `parent` is
 * the name of the folder or zip around a bare `_chat.txt`. Null when the name says nothing.
 */
export function titleFromName(name: string, parent: string): string | null {
  const bare = stripName(name);
  const title = matchTitle(bare);
  if (title !== null) return title;
  if (!/^_?chat$/i.test(bare)) return null;
  const outer = stripName(parent);
  return matchTitle(outer);
}

function stripName(name: string): string {
  return name
    .normalize("NFC")
    .replace(/\.(?:txt|zip)$/i, "")
    .replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "")
    .replace(/ ?\(\d{1,3}\)$/, "")
    .trim();
}

function matchTitle(name: string): string | null {
  for (const pattern of aroundTitle) {
    const title = pattern.exec(name)?.groups?.["title"]?.trim();
    if (title !== undefined && title !== "") return title;
  }
  return null;
}
