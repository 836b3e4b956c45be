/** Runs and what happened in them. */
export const migration013 = `
`;
