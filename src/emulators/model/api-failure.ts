/** What a request is answered with when it is refused: the service's own body and status. */
export class ApiFailure extends Error {
  readonly status: number;
  readonly type: string;
  readonly headers: Record<string, string>;

  constructor(status: number, type: string, message: string, headers: Record<string, string> = {}) {
    super(message);
    this.name = "ApiFailure";
    this.status = status;
    this.type = type;
    this.headers = headers;
  }

  /** Source: error bodies of the Messages API. */
  toBody(requestId: string): unknown {
    return { type: "error", error: { type: this.type, message: this.message }, request_id: requestId };
  }
}

export function badRequest(message: string): ApiFailure {
  return new ApiFailure(400, "invalid_request_error", message);
}

/** A policy has nothing to say to this request: loud, and never mended by trying again. */
export function noAnswer(policy: string, what: string): ApiFailure {
  return badRequest(`scripted model (${policy}): no answer for ${what}`);
}

/** Thrown where a connection is to be cut: the server destroys the socket, the in-process fetch rejects. */
export class ModelDropped extends Error {
  constructor() {
    super("socket hang up");
    this.name = "ModelDropped";
  }
}
