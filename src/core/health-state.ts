/** How a source is: `needs_reauth` waits for the owner, `degraded` for itself, `catching_up` reads what is old. */
export const healthStates = ["ok", "needs_reauth", "degraded", "catching_up"] as const;
export type HealthState = (typeof healthStates)[number];
