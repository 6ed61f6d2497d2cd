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
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw new TypeError("baseUrl must start with http:// or https://");
  }
  if (url.username !== "" || url.password !== "") {
    throw new TypeError("baseUrl must not hold a user or a password: use token");
  }
  if (url.search !== "" || url.hash !== "") {
    throw new TypeError("baseUrl must end before any ? or #");
  }
  return url.origin + url.pathname.replace(/\/*(\/v1)?\/*$/, "");
}

function parse(value: string | URL): URL {
  try {
    return new URL(value);
  } catch {
    throw new TypeError(`baseUrl must be an absolute URL such as ${defaultBaseUrl}`);
  }
}
