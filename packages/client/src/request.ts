import { fillPath } from "./path.ts";

/** The URL of a call of the path template. */
export function requestUrl(
  baseUrl: string,
  template: string,
  pathValue: (name: string) => unknown,
  query: Readonly<Record<string, unknown>> = {},
): string {
  const url = baseUrl + fillPath(template, pathValue);
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    // A list is its values under one name, as OpenAPI has it where nothing else is said.
    for (const item of Array.isArray(value) ? value : [value]) {
      if (item !== undefined && item !== null) parameters.append(name, String(item));
    }
  }
  return parameters.size === 0 ? url : `${url}?${String(parameters)}`;
}
