import type { MethodOptions, OperationName } from "./calls.ts";
import { fillPath } from "./path.ts";

/** A call of any operation, its types left behind. */
export interface AnyCall {
  readonly operation: OperationName;
  /** The value of a parameter of the path. */
  readonly pathValue: (name: string) => unknown;
  readonly query?: Readonly<Record<string, unknown>> | undefined;
  readonly body?: unknown;
  readonly options: MethodOptions;
}

/** The URL of a call of the path template. */
export function requestUrl(
  baseUrl: string,
  template: string,
  { pathValue, query = {} }: AnyCall,
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
