/** Where Turso Cloud serves the API. */
export const defaultBaseUrl = "https://api.turso.tech";

/**
 * Reads a base URL, written with or without a slash at its end, with or without `/v1`.
 *
 * @returns the URL without either, so that a path of the contract can follow
 * @throws TypeError where a request could not be sent there. The text never repeats the value,
 *   which may hold a secret.
 */
export function readBaseUrl(value: string | URL): string {
  const url = parse(value);
  const problem = problemOf(url);
  if (problem !== undefined) throw new TypeError(`baseUrl must ${problem}`);
  return url.origin + url.pathname.replace(/\/*(\/v1)?\/*$/, "");
}

function problemOf(url: URL): string | undefined {
  if (!/^https?:$/.test(url.protocol)) return "start with http:// or https://";
  if (url.username + url.password !== "") return "not hold a user or a password: use token";
  return url.search + url.hash === "" ? undefined : "end before any ? or #";
}

function parse(value: string | URL): URL {
  try {
    return new URL(value);
  } catch {
    throw new TypeError(`baseUrl must be an absolute URL such as ${defaultBaseUrl}`);
  }
}
