import { Tokenizer, type TokenizerCallbacks } from "htmlparser2";
import { type Colour, type InlineStyle, isSameColour, parseColour, parseInlineStyle } from "./inline-style.ts";
import { LineWriter } from "./line-writer.ts";

export interface HtmlText {
  /** What a person would see; quoted parts as lines that start with "> ". */
  text: string;
  /** What a person would not see. */
  hidden: string;
  /** http, https and mailto targets of visible links, at most 50, in order, without repeats. */
  links: string[];
  imageCount: number;
  /** True when the HTML was longer than the limit and only its beginning was read. */
  truncated: boolean;
}

const sizeLimit = 6_000_000;
const depthLimit = 512;
const linkLimit = 50;
const styleCacheLimit = 2_000;
const voids = new Set("area base br col embed hr img input link meta param source track wbr".split(" "));
const unread = new Set("script style title template noframes noembed iframe object svg math textarea".split(" "));
const blocks = new Set(
  "address article aside center dd div dl dt fieldset figure footer form header hr li main nav section tr tbody thead body html".split(
    " ",
  ),
);
const paragraphs = new Set("p h1 h2 h3 h4 h5 h6 ul ol table blockquote pre".split(" "));
const closedBySibling: Record<string, string[]> = {
  p: ["p"],
  li: ["li"],
  td: ["td", "th"],
  th: ["td", "th"],
  tr: ["td", "th", "tr"],
};

interface Frame {
  name: string;
  gone: boolean;
  tiny: boolean;
  invisible: boolean;
  color: Colour;
  background: Colour;
  quote: number;
  pre: boolean;
  unread: boolean;
  isGmailQuote: boolean;
}

const rootFrame: Frame = {
  name: "",
  gone: false,
  tiny: false,
  invisible: false,
  color: 0,
  background: 0xffffff,
  quote: 0,
  pre: false,
  unread: false,
  isGmailQuote: false,
};

/**
 * Turns HTML into the text a person would see, and what they would not see apart from it. Comments are dropped.
 * Contract: pure, never throws; time is linear in the HTML, whatever is nested in it.
 */
export function htmlToText(html: string): HtmlText {
  const truncated = html.length > sizeLimit;
  const source = truncated ? html.slice(0, sizeLimit) : html;
  const reader = new HtmlReader(source);
  const tokenizer = new Tokenizer({ xmlMode: false, decodeEntities: true }, reader);
  tokenizer.write(source);
  tokenizer.end();
  return {
    text: reader.visible.toText(),
    hidden: reader.hidden.toText(),
    links: [...reader.links],
    imageCount: reader.imageCount,
    truncated,
  };
}

class HtmlReader implements TokenizerCallbacks {
  readonly visible = new LineWriter();
  readonly hidden = new LineWriter();
  readonly links = new Set<string>();
  imageCount = 0;
  private readonly source: string;
  private readonly stack: Frame[] = [rootFrame];
  private readonly open = new Map<string, number>();
  private readonly styles = new Map<string, InlineStyle>();
  private overflow = 0;
  private isOverflowHidden = false;
  private restQuote = 0;
  private run = "";
  private tag = "";
  private attributes = new Map<string, string>();
  private attribute = "";
  private value = "";

  constructor(source: string) {
    this.source = source;
  }

  ontext(start: number, end: number): void {
    this.addText(this.source.slice(start, end));
  }

  ontextentity(codepoint: number): void {
    this.addText(codepoint === 0xa0 ? " " : String.fromCodePoint(codepoint));
  }

  oncdata(start: number, end: number): void {
    this.addText(this.source.slice(start, end));
  }

  onopentagname(start: number, end: number): void {
    this.tag = this.source.slice(start, Math.min(end, start + 40)).toLowerCase();
    this.attributes = new Map();
  }

  onattribname(start: number, end: number): void {
    this.attribute = this.source.slice(start, Math.min(end, start + 40)).toLowerCase();
    this.value = "";
  }

  onattribdata(start: number, end: number): void {
    this.value += this.source.slice(start, end);
  }

  onattribentity(codepoint: number): void {
    this.value += String.fromCodePoint(codepoint);
  }

  onattribend(): void {
    if (this.attributes.size < 40 && !this.attributes.has(this.attribute))
      this.attributes.set(this.attribute, this.value);
  }

  onopentagend(): void {
    this.openTag();
  }

  onselfclosingtag(): void {
    this.openTag();
  }

  onclosetag(start: number, end: number): void {
    this.flush();
    const name = this.source.slice(start, Math.min(end, start + 40)).toLowerCase();
    if (name === "br") this.writer().forceBreak();
    if (this.overflow > 0) {
      this.overflow -= 1;
      if (this.overflow === 0) this.isOverflowHidden = false;
      return;
    }
    if ((this.open.get(name) ?? 0) === 0) return;
    this.popTo(name);
  }

  oncomment(): void {}
  ondeclaration(): void {}
  onprocessinginstruction(): void {}
  onend(): void {
    this.flush();
  }

  private get top(): Frame {
    return this.stack[this.stack.length - 1] ?? rootFrame;
  }

  private writer(): LineWriter {
    return this.isHidden(this.top) ? this.hidden : this.visible;
  }

  private isHidden(frame: Frame): boolean {
    return (
      this.isOverflowHidden ||
      frame.gone ||
      frame.tiny ||
      frame.invisible ||
      isSameColour(frame.color, frame.background)
    );
  }

  /** Text comes in many small pieces; it is written when the next tag shows where it ends. */
  private addText(text: string): void {
    if (!this.top.unread) this.run += text;
  }

  private flush(): void {
    if (this.run === "") return;
    const frame = this.top;
    this.writer().add(this.run, frame.quote + this.restQuote, frame.pre);
    this.run = "";
  }

  private openTag(): void {
    this.flush();
    const name = this.tag;
    if (name === "br") this.writer().forceBreak();
    else if (name === "img") this.imageCount += 1;
    else if (name === "td" || name === "th") this.visible.space();
    if (voids.has(name)) {
      if (name === "hr") this.writer().breakLine();
      return;
    }
    this.closeSiblings(name);
    const frame = this.frameFor(name);
    if (this.stack.length > depthLimit) {
      this.overflow += 1;
      this.isOverflowHidden ||= this.isHidden(frame);
      return;
    }
    this.breakFor(name);
    this.stack.push(frame);
    this.open.set(name, (this.open.get(name) ?? 0) + 1);
    if (name === "li") this.addText("- ");
    if (name === "a") this.addLink(frame);
  }

  private closeSiblings(name: string): void {
    for (const sibling of closedBySibling[name] ?? []) if (this.top.name === sibling) this.popTo(sibling);
  }

  private breakFor(name: string): void {
    if (paragraphs.has(name)) {
      if (name === "p" && (this.attributes.get("class") ?? "").startsWith("Mso")) this.visible.breakLine();
      else this.visible.breakParagraph();
      this.hidden.breakLine();
    } else if (blocks.has(name)) {
      this.visible.breakLine();
      this.hidden.breakLine();
    }
  }

  private popTo(name: string): void {
    for (;;) {
      const frame = this.stack.length > 1 ? this.stack.pop() : undefined;
      if (frame === undefined) return;
      this.open.set(frame.name, (this.open.get(frame.name) ?? 1) - 1);
      this.breakFor(frame.name);
      // In Gmail an answer written between the quoted parts lies inside gmail_quote, after a closed blockquote.
      const parent = this.top;
      if (frame.name === "blockquote" && parent.isGmailQuote) {
        this.stack[this.stack.length - 1] = { ...parent, quote: parent.quote - 1, isGmailQuote: false };
      }
      if (frame.name === name) return;
    }
  }

  private addLink(frame: Frame): void {
    const target = (this.attributes.get("href") ?? "").trim();
    if (this.links.size >= linkLimit || this.isHidden(frame)) return;
    if (/^(?:https?:\/\/|mailto:)/i.test(target) && target.length < 4_000) this.links.add(target);
  }

  private frameFor(name: string): Frame {
    const parent = this.top;
    const style = this.styleOf(this.attributes.get("style"));
    const names = ` ${this.attributes.get("class") ?? ""} ${this.attributes.get("id") ?? ""} `;
    const isGmailQuote = names.includes("gmail_quote");
    const isQuote = isGmailQuote || name === "blockquote" || names.includes("yahoo_quoted");
    // A blockquote directly inside gmail_quote is the same quotation, not a deeper one.
    const isDeeper = isQuote && !(name === "blockquote" && parent.isGmailQuote);
    if (/ (?:appendonsend|divRplyFwdMsg|x_divRplyFwdMsg) /.test(names) || style?.outlookRule === true)
      this.restQuote = 1;
    const background = this.attributes.get("bgcolor");
    const color = name === "font" ? this.attributes.get("color") : undefined;
    return {
      name,
      gone:
        parent.gone ||
        style?.gone === true ||
        this.attributes.has("hidden") ||
        this.attributes.get("aria-hidden") === "true",
      tiny: style?.tiny ?? parent.tiny,
      invisible: style?.invisible ?? parent.invisible,
      color: style?.color ?? (color === undefined ? parent.color : parseColour(color)),
      background: this.backgroundOf(style, background, parent),
      quote: parent.quote + (isDeeper ? 1 : 0),
      pre: parent.pre || name === "pre",
      unread: parent.unread || unread.has(name),
      isGmailQuote,
    };
  }

  private backgroundOf(style: InlineStyle | null, attribute: string | undefined, parent: Frame): Colour {
    const own = style?.background ?? (attribute === undefined ? null : parseColour(attribute));
    if (this.attributes.has("background")) return "unknown";
    return own === null || own === "transparent" ? parent.background : own;
  }

  private styleOf(style: string | undefined): InlineStyle | null {
    if (style === undefined) return null;
    const known = this.styles.get(style);
    if (known !== undefined) return known;
    const parsed = parseInlineStyle(style);
    if (this.styles.size < styleCacheLimit) this.styles.set(style, parsed);
    return parsed;
  }
}
