/** What was to be added to the store has no room on the disk. Nothing of it was. */
export class StoreFull extends Error {
  override readonly name = "StoreFull";

  /** @param cause what SQLite says */
  constructor(cause: unknown) {
    super("There is no room on the disk for what the store is to keep", { cause });
  }
}

/** Whether that is what an operation of the store failed with. Drizzle may have wrapped it. */
export function isStoreFull(error: unknown): boolean {
  return error instanceof StoreFull || (error instanceof Error && isStoreFull(error.cause));
}
