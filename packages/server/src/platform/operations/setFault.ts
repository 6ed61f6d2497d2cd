import { requireFaults } from "../faults.ts";
import type { CallerContext, Input, Output } from "../operation.ts";

/** Operation setFault. */
export function setFault(context: CallerContext, { body }: Input<"setFault">): Output<"setFault"> {
  const faults = requireFaults(context.faults);
  faults.set(body);
  return { faults: faults.list() };
}
