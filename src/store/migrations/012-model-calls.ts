/** What the model was asked, what it cost, and what the owner allows. */
export const migration012 = `
`;
