/**
 * What a `send` throws to be asked again after a pause: an answer that cannot be used now and may be later. `limited` says that
 * the service asked for fewer calls; `waitMs` is how long it asked to wait, null when it did not say; `unauthorised` that it wants
 * another token first.
 */
export class AskAgain extends Error {
  readonly limited: boolean;
  readonly waitMs: number | null;
  readonly unauthorised: boolean;

  constructor(message: string, options: { limited?: boolean; waitMs?: number | null; unauthorised?: boolean } = {}) {
    super(message);
    this.name = "AskAgain";
    this.limited = options.limited ?? false;
    this.waitMs = options.waitMs ?? null;
    this.unauthorised = options.unauthorised ?? false;
  }
}
