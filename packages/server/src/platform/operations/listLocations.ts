import { locations } from "../locations.ts";
import type { CallerContext, Output } from "../operation.ts";

/** Operation listLocations. */
export function listLocations(_context: CallerContext): Output<"listLocations"> {
  return { locations };
}
