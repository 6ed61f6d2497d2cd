import { setTimeout as delay } from "node:timers/promises";
import { errorStatuses, operationTable } from "@logicaldb/contract";
import type { ErrorCode, Fault, OperationId } from "@logicaldb/contract";
import { ApiError } from "./errors.ts";
import { quote } from "./lookup.ts";

/** An error that was asked for; nothing is wrong with the server. */
export class FaultError extends ApiError {}

type SetFault = Omit<Fault, "status"> & { readonly times: number };

/** What becomes of a call that met a fault and was not refused. */
export type Encounter = "goes on" | "is cut" | "loses its answer";

/** Errors on demand: what is to happen to the next calls of which operations. */
export class Faults {
  readonly #faults = new Map<OperationId, SetFault>();

  /**
   * Sets the fault of one operation, in the place of the one it had.
   *
   * @throws ApiError invalid_input where the operation could never answer so by the contract
   */
  set({ status, ...fault }: Fault): void {
    const operationId = knownOperation(fault.operationId);
    const { latency, disconnect = false, effect = false, times = 1 } = fault;
    const ends = [fault.code !== undefined, status !== undefined, disconnect].filter(Boolean);
    if (ends.length === 0 && latency === undefined) {
      throw new ApiError("invalid_input", "a fault needs code, status, latency or disconnect");
    }
    if (ends.length > 1) {
      throw new ApiError("invalid_input", "a call has one of code, status, disconnect for its end");
    }
    if (effect && !disconnect) {
      throw new ApiError("invalid_input", "effect says what happens before a disconnect");
    }
    const code = status === undefined ? fault.code : onlyCodeOf(status);
    const statuses: readonly number[] = operationTable[operationId].statuses;
    if (code !== undefined && !statuses.includes(errorStatuses[code])) {
      throw new ApiError(
        "invalid_input",
        `${operationId} never answers ${errorStatuses[code]}, the status of ${code}`,
      );
    }
    this.#faults.set(operationId, { ...fault, ...(code === undefined ? {} : { code }), times });
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
   * @throws ApiError the refusal that the fault asks for
   */
  async meet(operationId: OperationId): Promise<Encounter> {
    const fault = this.#take(operationId);
    if (fault === undefined) return "goes on";
    const { code, latency = 0, disconnect = false, effect = false } = fault;
    // A server that stops does not wait for it.
    if (latency > 0) await delay(latency, undefined, { ref: false });
    if (code !== undefined) throw new FaultError(code, `${code} was asked for with setFault`);
    if (!disconnect) return "goes on";
    return effect ? "loses its answer" : "is cut";
  }

  #take(operationId: OperationId): SetFault | undefined {
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

function onlyCodeOf(status: number): ErrorCode {
  const codes = Object.keys(errorStatuses).filter(
    (code): code is ErrorCode => isErrorCode(code) && errorStatuses[code] === status,
  );
  const [code] = codes;
  if (code === undefined) throw new ApiError("invalid_input", `no code has the status ${status}`);
  if (codes.length === 1) return code;
  throw new ApiError(
    "invalid_input",
    `${status} has several codes, say which: ${codes.join(", ")}`,
  );
}

function isErrorCode(name: string): name is ErrorCode {
  return Object.hasOwn(errorStatuses, name);
}

function knownOperation(name: string): OperationId {
  const row = Object.values(operationTable).find(({ operationId }) => operationId === name);
  if (row !== undefined) return row.operationId;
  throw new ApiError("invalid_input", `operationId ${quote(name)} is not one of the contract`);
}
