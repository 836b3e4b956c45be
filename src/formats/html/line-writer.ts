const quoteDepthLimit = 8;

/** Collects visible text into lines: white space collapses, breaks are asked for, quoted lines start with "> ". */
export class LineWriter {
  private readonly lines: string[] = [];
  private line = "";
  private depth = 0;
  private isSpacePending = false;
  private isBlankWanted = false;
  private isSpaceLast = false;

  /** Adds text at a quote depth. In `pre`, line breaks and spaces are kept. */
  add(text: string, depth: number, pre: boolean): void {
    if (depth !== this.depth) {
      this.breakLine();
      this.depth = depth;
    }
    if (!pre) {
      this.addCollapsed(text);
      return;
    }
    const rows = text.split("\n");
    for (const [index, row] of rows.entries()) {
      if (index > 0) this.endLine();
      this.startLine();
      this.line += row.replace(/\r/g, "");
      this.isSpaceLast = row.endsWith(" ");
    }
  }

  private addCollapsed(text: string): void {
    const collapsed = text.replace(/[ \t\r\n\f]+/g, " ");
    const isSpaceFirst = collapsed.startsWith(" ");
    const words = collapsed.trim();
    if (words === "") {
      this.isSpacePending ||= isSpaceFirst;
      return;
    }
    this.startLine();
    if ((this.isSpacePending || isSpaceFirst) && this.line !== "" && !this.isSpaceLast) this.line += " ";
    this.line += words;
    this.isSpaceLast = false;
    this.isSpacePending = collapsed.endsWith(" ");
  }

  space(): void {
    this.isSpacePending = true;
  }

  /** Ends the line if anything is on it. */
  breakLine(): void {
    if (this.line !== "") this.endLine();
    this.isSpacePending = false;
  }

  /** `<br>`: ends the line even when nothing is on it. */
  forceBreak(): void {
    this.endLine();
    this.isSpacePending = false;
  }

  /** Ends the line and leaves one empty line before what comes next. */
  breakParagraph(): void {
    this.breakLine();
    this.isBlankWanted = this.lines.length > 0;
  }

  private startLine(): void {
    if (!this.isBlankWanted || this.line !== "") return;
    this.isBlankWanted = false;
    if (this.lines.at(-1) !== "") this.lines.push(this.depth > 0 ? this.prefix().trimEnd() : "");
  }

  private endLine(): void {
    const text = this.line.trimEnd();
    this.lines.push(this.depth > 0 ? `${this.prefix()}${text}`.trimEnd() : text);
    this.line = "";
  }

  private prefix(): string {
    return "> ".repeat(Math.min(this.depth, quoteDepthLimit));
  }

  toText(): string {
    this.breakLine();
    return this.lines
      .join("\n")
      .replace(/\n{3,}/g, "\n\n")
      .replace(/^\n+|\n+$/g, "");
  }
}
