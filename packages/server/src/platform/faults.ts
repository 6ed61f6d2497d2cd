import { setTimeout as delay } from "node:timers/promises";
import { errorStatuses, operationTable } from "@logicaldb/contract";
import type { Fault, OperationId } from "@logicaldb/contract";
import { ApiError } from "./errors.ts";
import { quote } from "./lookup.ts";

/** An error that was asked for; nothing is wrong with the server. */
export class FaultError extends ApiError {}

/** Errors on demand: what is to happen to the next calls of which operations. */
export class Faults {
  readonly #faults = new Map<OperationId, Fault & { readonly times: number }>();

  /**
   * Sets the fault of one operation, in the place of the one it had.
   *
   * @throws ApiError invalid_input where the operation could never answer so by the contract
   */
  set(fault: Fault): void {
    const operationId = knownOperation(fault.operationId);
    const { code, latency, disconnect = false, times = 1 } = fault;
    if (code === undefined && latency === undefined && !disconnect) {
      throw new ApiError("invalid_input", "a fault needs code, latency or disconnect");
    }
    if (code !== undefined && disconnect) {
      throw new ApiError("invalid_input", "a call has code or disconnect for its end, not both");
    }
    const statuses: readonly number[] = operationTable[operationId].statuses;
    if (code !== undefined && !statuses.includes(errorStatuses[code])) {
      throw new ApiError(
        "invalid_input",
        `${operationId} never answers ${errorStatuses[code]}, the status of ${code}`,
      );
    }
    this.#faults.set(operationId, { ...fault, times });
  }

  /** All faults that are set, with the number of calls they are still for. */
  list(): Fault[] {
    return [...this.#faults.values()];
  }

  /** Takes back every fault. */
  clear(): void {
    this.#faults.clear();
  }

  /**
   * Lets a call of an operation meet the fault that is set for it, if there is one.
   *
   * @returns whether the connection is to be cut
   * @throws ApiError the refusal that the fault asks for
   */
  async meet(operationId: OperationId): Promise<"goes on" | "is cut"> {
    const fault = this.#take(operationId);
    if (fault === undefined) return "goes on";
    const { code, latency = 0, disconnect = false } = fault;
    // A server that stops does not wait for it.
    if (latency > 0) await delay(latency, undefined, { ref: false });
    if (code !== undefined) throw new FaultError(code, `${code} was asked for with setFault`);
    return disconnect ? "is cut" : "goes on";
  }

  #take(operationId: OperationId): Fault | undefined {
    const fault = this.#faults.get(operationId);
    if (fault === undefined) return undefined;
    if (fault.times > 1) this.#faults.set(operationId, { ...fault, times: fault.times - 1 });
    else this.#faults.delete(operationId);
    return fault;
  }
}

/**
 * The faults of a server that has them.
 *
 * @throws ApiError route_not_found
 */
export function requireFaults(faults: Faults | undefined): Faults {
  if (faults !== undefined) return faults;
  throw new ApiError("route_not_found", "faults are off: start the server with --faults");
}

function knownOperation(name: string): OperationId {
  const row = Object.values(operationTable).find(({ operationId }) => operationId === name);
  if (row !== undefined) return row.operationId;
  throw new ApiError("invalid_input", `operationId ${quote(name)} is not one of the contract`);
}
