import { requireFaults } from "../faults.ts";
import type { CallerContext, Output } from "../operation.ts";

/** Operation clearFaults. */
export function clearFaults(context: CallerContext): Output<"clearFaults"> {
  requireFaults(context.faults).clear();
  return {};
}
