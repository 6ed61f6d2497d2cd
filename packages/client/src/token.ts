/** A platform token, or a function that is asked for one before each request. */
export type TokenSource = string | (() => string | Promise<string>);

/**
 * Checks a token source and turns it into a header's value, or a function that gives one.
 *
 * @throws TypeError, now for a string and at each call for a function, where no header can carry
 *   the token. The text never repeats the token.
 */
export function bearer(token: unknown): string {
  // A token read from a file often ends in a line break.
  const bare = typeof token === "string" ? token.trim() : "";
  if (!/^[\x21-\x7e]+$/.test(bare)) {
    throw new TypeError("token must be one word, without `Bearer`");
  }
  return `Bearer ${bare}`;
}
