/** A platform token, or a function that is asked for one before each request. */
export type TokenSource = string | (() => string | Promise<string>);

/**
 * Checks a token source and turns it into a function that gives a header's value.
 *
 * @throws TypeError, now for a string and at each call for a function, where no header can carry
 *   the token. The text never repeats the token.
 */
export function bearer(source: TokenSource): () => string | Promise<string> {
  if (typeof source === "function") return async () => header(await source());
  const value = header(source);
  return () => value;
}

function header(token: unknown): string {
  if (typeof token !== "string" || token.trim() === "") {
    throw new TypeError("token must be a platform token or a function that returns one");
  }
  // A token read from a file often ends in a line break.
  const trimmed = token.trim();
  if (!/^[\x21-\x7e]+$/.test(trimmed)) {
    throw new TypeError("token must be the bare token: ASCII, no spaces, no `Bearer` before it");
  }
  return `Bearer ${trimmed}`;
}
