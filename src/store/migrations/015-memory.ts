/** Skills and memory as the owner last accepted them, and what was proposed since. */
export const migration015 = `
`;
