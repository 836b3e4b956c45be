/** What a style attribute says about whether its element can be seen. `null` means that it does not say. */
export interface InlineStyle {
  /** Nothing inside can be seen, whatever the children say. */
  gone: boolean;
  /** The text is too small to see; children may set another size. */
  tiny: boolean | null;
  /** visibility: hidden; children may be visible again. */
  invisible: boolean | null;
  /** 0xRRGGBB, "transparent", or "unknown" for an image or a value that is not understood. */
  color: Colour | null;
  background: Colour | null;
  /** The thin line that Outlook draws above the header of a quoted message. */
  outlookRule: boolean;
}

export type Colour = number | "transparent" | "unknown";

const styleLimit = 2_000;
const named: Record<string, number> = { white: 0xffffff, black: 0, snow: 0xfffafa, ivory: 0xfffff0, red: 0xff0000 };
const farOffPixels = -400;

/** Reads one style attribute. Contract: pure, linear, never throws. */
export function parseInlineStyle(style: string): InlineStyle {
  const found = new Map<string, string>();
  for (const declaration of style.slice(0, styleLimit).toLowerCase().split(";")) {
    const colon = declaration.indexOf(":");
    if (colon > 0)
      found.set(
        declaration.slice(0, colon).trim(),
        declaration
          .slice(colon + 1)
          .replace("!important", "")
          .trim(),
      );
  }
  const size = found.get("font-size");
  const visibility = found.get("visibility");
  const background = found.get("background-color") ?? found.get("background");
  const image = found.has("background-image") || (found.get("background") ?? "").includes("url(");
  return {
    gone: isGone(found),
    tiny: size === undefined ? null : isTiny(size),
    invisible: visibility === undefined ? null : visibility === "hidden" || visibility === "collapse",
    color: found.has("color") ? parseColour(found.get("color") ?? "") : null,
    background: image ? "unknown" : background === undefined ? null : parseColour(background.split(/\s/)[0] ?? ""),
    outlookRule: isOutlookRule(found),
  };
}

function isGone(found: Map<string, string>): boolean {
  const opacity = found.get("opacity");
  const clipped = (found.get("overflow") ?? "").includes("hidden");
  return (
    found.get("display") === "none" ||
    found.get("mso-hide") === "all" ||
    (opacity !== undefined && Number.parseFloat(opacity) < 0.05) ||
    isZero(found.get("max-height")) ||
    isZero(found.get("max-width")) ||
    (clipped && (isZero(found.get("height")) || isZero(found.get("width")))) ||
    isFarOff(found) ||
    /^rect\(\s*0|^rect\(\s*1px/.test(found.get("clip") ?? "") ||
    /^inset\(\s*(?:50|100)%/.test(found.get("clip-path") ?? "") ||
    /^scale\(\s*0?\.?0*\s*\)/.test(found.get("transform") ?? "")
  );
}

function isZero(value: string | undefined): boolean {
  return value !== undefined && /^0(?:\.0+)?(?:px|pt|em|rem|%)?$/.test(value);
}

function isTiny(size: string): boolean {
  const value = Number.parseFloat(size);
  if (Number.isNaN(value)) return false;
  if (/^[\d.]+(?:em|rem)$/.test(size)) return value <= 0.1;
  return size.endsWith("%") ? value <= 10 : value <= 1;
}

function isFarOff(found: Map<string, string>): boolean {
  const moved = /^(?:absolute|fixed|relative)$/.test(found.get("position") ?? "");
  const names = moved
    ? ["left", "top", "right", "bottom", "text-indent"]
    : ["text-indent", "margin-left", "margin-top"];
  return names.some((name) => Number.parseFloat(found.get(name) ?? "0") <= farOffPixels);
}

function isOutlookRule(found: Map<string, string>): boolean {
  const rule = found.get("border-top") ?? "";
  return found.get("border") === "none" && /solid\s+(?:#?(?:b5c4df|e1e1e1)|windowtext)/.test(rule);
}

/** A CSS or HTML colour as 0xRRGGBB. Contract: pure, never throws. */
export function parseColour(value: string): Colour {
  const text = value.trim().toLowerCase();
  if (text === "transparent") return "transparent";
  const hex = /^#?([0-9a-f]{6}|[0-9a-f]{3})$/.exec(text)?.[1];
  if (hex !== undefined) return Number.parseInt(hex.length === 6 ? hex : hex.replace(/./g, "$&$&"), 16);
  const rgb = /^rgba?\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})(?:[\s,/]+([\d.]+))?\s*\)$/.exec(text);
  if (rgb === null) return named[text] ?? "unknown";
  if (rgb[4] !== undefined && Number.parseFloat(rgb[4]) < 0.05) return "transparent";
  return (Number(rgb[1]) << 16) | (Number(rgb[2]) << 8) | Number(rgb[3]);
}

/** Whether text of one colour on the other cannot be told from its background. */
export function isSameColour(text: Colour, background: Colour): boolean {
  if (text === "transparent") return true;
  if (typeof text !== "number" || typeof background !== "number") return false;
  const apart = [16, 8, 0].map((shift) => Math.abs(((text >> shift) & 255) - ((background >> shift) & 255)));
  return apart.every((distance) => distance <= 6);
}
