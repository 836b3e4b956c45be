const prefix =
  /^(?:\[[^\]]{1,60}\]|(?:re|aw|antw|antwort|wg|rv|res|resp|ref|réf|tr|fwd?|fw|sv|vs|vb|vl|odp|pd|ynt|i̇lt|ilt|doorst|enc|rif|r|i|inoltra|отв|на|re\(\d{1,3}\)|re\[\d{1,3}\]|回复|答复|转发|回覆|轉寄)\s{0,2}(?:\[\d{1,3}\]|\(\d{1,3}\))?\s{0,2}[:：])\s{0,5}/iu;

/**
 * A mail's subject without the prefixes that answering, forwarding and mailing lists add. A subject that is nothing but
 * prefixes stays as it is. Contract: pure, linear.
 */
export function mailTitle(subject: string): string {
  let title = subject.trim();
  for (let round = 0; round < 20; round += 1) {
    const match = prefix.exec(title.slice(0, 90));
    if (match === null || match[0].length >= title.length) break;
    title = title.slice(match[0].length);
  }
  return title === "" ? subject.trim() : title;
}
