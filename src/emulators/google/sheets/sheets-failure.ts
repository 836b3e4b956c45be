import { GoogleFailure } from "../google-error.ts";

/** An error as Sheets writes it: without the list of reasons that the older APIs give. */
export class SheetsFailure extends GoogleFailure {
  override toBody(): ReturnType<GoogleFailure["toBody"]> {
    const { error } = super.toBody();
    const { errors: _errors, ...rest } = error;
    return { error: rest };
  }
}

export function refuse(message: string): SheetsFailure {
  return new SheetsFailure(400, message, "badRequest");
}
