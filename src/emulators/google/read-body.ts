import { z } from "zod";
import { badRequest } from "./google-error.ts";

/** The JSON of a request to the controls. Errors: 400 that says what is wrong with it. */
export async function readBody<T>(request: Request, schema: z.ZodType<T>): Promise<T> {
  const parsed = schema.safeParse(await request.json().catch(() => null));
  if (!parsed.success) throw badRequest(z.prettifyError(parsed.error));
  return parsed.data;
}
