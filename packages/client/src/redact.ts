/**
 * Blacks out the token of an `Authorization`, unless it is so short that it may well be a part of
 * ordinary words, and everything that has the form of a JWT or of a platform token.
 */
export function redact(text: string, authorization = ""): string {
  const token = authorization.replace(/^bearer /i, "");
  const known = token.length < 8 ? text : text.replaceAll(token, "[token]");
  return known.replaceAll(/eyJ[\w-]+(\.[\w-]+)+|ldb_[\w-]{43}/g, "[token]");
}
