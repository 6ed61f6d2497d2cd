import type { MethodOptions, OperationName } from "./calls.ts";
import { fillPath } from "./path.ts";

/** A call of any operation, its types left behind. */
export interface AnyCall {
  readonly operation: OperationName;
  readonly options: AnyCallOptions;
}

/** The options of any operation. */
export interface AnyCallOptions extends MethodOptions {
  params?: { path?: Record<string, unknown>; query?: Record<string, unknown> };
  body?: unknown;
}

/** The URL of a call of the path template. */
export function requestUrl(baseUrl: string, template: string, params: AnyCallOptions["params"]) {
  const url = baseUrl + fillPath(template, params?.path ?? {});
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params?.query ?? {})) {
    // A list is its values under one name, as OpenAPI has it where nothing else is said.
    for (const item of Array.isArray(value) ? value : [value]) {
      if (item !== undefined && item !== null) query.append(name, String(item));
    }
  }
  return String(query) === "" ? url : `${url}?${String(query)}`;
}
