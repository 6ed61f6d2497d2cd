import type { Fault, OperationId } from "@logicaldb/contract";
import { schemasOf } from "../platform/contract.ts";
import type { Faults } from "../platform/faults.ts";
import { bodyValidator } from "../platform/validation.ts";
import { asMistake } from "./refusal.ts";

/** What is to happen to calls of an operation: that of `setFault`. */
export type FaultInput = Omit<Fault, "operationId">;

/** Errors on demand, for tests of what an application does then. */
export interface TestFaults {
  /**
   * Makes the next calls of an operation late (`latency`, in milliseconds), refused (`code` or
   * `status`) or cut off (`disconnect`): one, or `times`. It replaces the fault that the operation
   * had.
   *
   * @throws TypeError where the contract lets no server answer so
   */
  readonly set: (operationId: OperationId, fault: FaultInput) => void;
  /** Takes back every fault that was set here; those of the platform are those of all. */
  readonly clear: () => void;
}

const validate = bodyValidator(schemasOf("setFault").body ?? {});

/**
 * The faults of a server as tests set them.
 *
 * @param slug the organization that they are for; all, unless given
 */
export function testFaults(faults: Faults, slug?: string): TestFaults {
  return {
    set: (operationId, input) => {
      const fault = { ...input, operationId };
      const checked = validate(fault);
      try {
        if ("error" in checked) throw checked.error;
        faults.set(fault, slug);
      } catch (error) {
        throw asMistake(error);
      }
    },
    clear: () => faults.clear(slug),
  };
}
