/** A statement failed; reported in its place in the reply, the rest of the request goes on. */
export class SqlError extends Error {
  override readonly name = "SqlError";
  readonly code: string;
  readonly extendedCode: string | undefined;

  /** @param extendedCode what SQLite says beyond the code */
  constructor(code: string, message: string, extendedCode?: string) {
    super(message);
    this.code = code;
    this.extendedCode = extendedCode;
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

/** There is too much of something at this moment; the same request may succeed later. */
export class TooManyError extends Error {
  override readonly name = "TooManyError";
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** @param where names the part of the request that is wrong, as a path */
export function invalid(where: string, what: string): ProtocolError {
  return new ProtocolError("INVALID_REQUEST", `${where} ${what}`);
}

/** @throws ProtocolError where a part of the protocol is younger than the version in use */
export function needVersion(version: number, needed: number, what: string): void {
  if (version >= needed) return;
  throw new ProtocolError("INVALID_REQUEST", `The ${what} needs protocol version ${needed}`);
}
