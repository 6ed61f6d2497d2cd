import { ApiError } from "./errors.ts";

/** A name that a cursor can hold; anything else was not written here. */
const namePattern = /^[a-z0-9][a-z0-9-]*$/;

/** The cursor of the page that follows the database of this name. */
export function writeCursor(name: string): string {
  return Buffer.from(name, "utf8").toString("base64url");
}

/**
 * The name that a cursor stands for. The database may have been destroyed since; its place in the
 * order is still there.
 *
 * @throws ApiError invalid_input
 */
export function readCursor(cursor: string): string {
  const name = Buffer.from(cursor, "base64url").toString("utf8");
  if (!namePattern.test(name) || writeCursor(name) !== cursor) {
    throw new ApiError(
      "invalid_input",
      "cursor must be the pagination.next of an earlier page; leave it out to start over",
    );
  }
  return name;
}
