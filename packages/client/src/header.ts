/** A header of a response, empty where there is none. */
export function header(response: Response | undefined, name: string): string {
  return response?.headers.get(name) ?? "";
}

/** The id by which the server's log knows the request. */
export function requestId(response: Response | undefined): string | undefined {
  return header(response, "x-request-id") || undefined;
}
