/** What `rules.md` starts as. */
export const rulesTemplate = `# My rules

Standing instructions to steward, in my own words. One line each; delete what does not fit.

- Whoever is in contacts.csv matters to me, even when they write from a new address.
- Newsletters and receipts never need my attention, unless money is missing.
`;
