/** What the owner typed, as the door's own surfaces kept it, and what was searched for. */
export const migration016 = `
`;
