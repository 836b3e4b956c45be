import { StewardError } from "../../src/core/errors.ts";

/**
 * Asks something after an effect may have happened. Contract: what fails here says nothing of the effect, so that no error
 * comes out that would mean "nothing happened": every `StewardError` becomes `unavailable`, and the service is asked later.
 */
export async function afterEffect<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof StewardError) || error.code === "interrupted") throw error;
    throw new StewardError("unavailable", error.message, { cause: error });
  }
}
