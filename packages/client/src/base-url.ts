/**
 * Reads a base URL, Turso Cloud's unless given, written with or without a slash at its end, with or without `/v1`.
 *
 * @returns the URL without either, so that a path of the contract can follow
 * @throws TypeError where a request could not be sent there. The text never repeats the value,
 *   which may hold a secret.
 */
export function readBaseUrl(value: string | URL = "https://api.turso.tech"): string {
  const text = String(value);
  if (!/^\s*https?:[^?#@]+$/i.test(text) || !URL.canParse(text)) {
    throw new TypeError("baseUrl must be http(s), without user, ? or #");
  }
  const url = new URL(text);
  return url.origin + url.pathname.replace(/\/*(\/v1)?\/*$/, "");
}
