/** What a model said of threads. */
export const migration014 = `
`;
