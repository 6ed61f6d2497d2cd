/** The operating system does not let the server listen where it was told to. */
export class CannotListen extends Error {
  override readonly name = "CannotListen";

  constructor(message: string, cause: unknown) {
    super(message, { cause });
  }
}
