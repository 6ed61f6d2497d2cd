/** A text for the log: what has the form of a token in it is blacked out. */
export function withoutTokens(text: string): string {
  return text.replaceAll(/eyJ[\w-]+\.[\w-]+(?:\.[\w-]*)?|ldb_[\w-]{43}/g, "[token]");
}
