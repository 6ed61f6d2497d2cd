/**
 * Blacks out the secret, unless it is so short that it may well be a part of ordinary words, and
 * everything that has the form of a JWT.
 */
export function redact(text: string, secret: string): string {
  const known = secret.length < 8 ? text : text.replaceAll(secret, "[token]");
  return known.replaceAll(/\beyJ[\w-]+\.[\w-]+(\.[\w-]*)?/g, "[jwt]");
}
