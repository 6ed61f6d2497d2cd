/** A statement failed; reported in its place in the reply, the rest of the request goes on. */
export class SqlError extends Error {
  override readonly name = "SqlError";
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** The request itself is wrong, or its stream is gone; nothing more of it is run. */
export class ProtocolError extends Error {
  override readonly name = "ProtocolError";
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** The body of an error reply: `message` and `code` are what Hrana clients read, `error` what HTTP clients do. */
export function errorBody(code: string, message: string): string {
  return JSON.stringify({ error: message, code, message });
}
