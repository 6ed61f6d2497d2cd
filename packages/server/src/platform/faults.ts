import { setTimeout as delay } from "node:timers/promises";
import { errorStatuses, operationTable } from "@logicaldb/contract";
import type { ErrorCode, Fault, OperationId } from "@logicaldb/contract";
import { keysOf } from "../tools/keys-of.ts";
import { ApiError } from "./errors.ts";
import { quote } from "./quote.ts";

/** An error that was asked for; nothing is wrong with the server. */
export class FaultError extends ApiError {}

type SetFault = Omit<Fault, "status"> & { readonly times: number };

/** What becomes of a call that met a fault and was not refused. */
export type Encounter = "goes on" | "is cut" | "loses its answer";

/** Errors on demand: what is to happen to the next calls of which operations. */
export class Faults {
  /** Those of all organizations are behind an empty slug. */
  readonly #faults = new Map<string, Map<OperationId, SetFault>>();

  /**
   * Sets the fault of one operation, in the place of the one it had.
   *
   * @param slug the organization that it is for; all, unless given
   * @throws ApiError invalid_input where the operation could never answer so by the contract
   */
  set({ status, ...fault }: Fault, slug = ""): void {
    const operationId = knownOperation(fault.operationId);
    if (slug !== "" && !operationTable[operationId].path.includes("{org_slug}")) {
      throw new ApiError(
        "invalid_input",
        `${operationId} is about no organization: set its fault for all`,
      );
    }
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
    const all: readonly number[] = operationTable[operationId].statuses;
    const statuses = all.filter((each) => each >= 400);
    const refuse = (what: string) => {
      const those = statuses.join(", ");
      throw new ApiError("invalid_input", `${operationId} never answers ${what}, only ${those}`);
    };
    if (status !== undefined && !statuses.includes(status)) refuse(String(status));
    const code = status === undefined ? fault.code : onlyCodeOf(status);
    if (code !== undefined && !statuses.includes(errorStatuses[code])) {
      refuse(`${errorStatuses[code]}, the status of ${code}`);
    }
    const faults = this.#faults.get(slug) ?? new Map<OperationId, SetFault>();
    this.#faults.set(slug, faults);
    faults.set(operationId, { ...fault, ...(code === undefined ? {} : { code }), times });
  }

  /** All faults that are set for all organizations, with the number of calls they are still for. */
  list(): Fault[] {
    return [...(this.#faults.get("")?.values() ?? [])];
  }

  /** Takes back every fault; those of one organization where it is given. */
  clear(slug?: string): void {
    if (slug === undefined) this.#faults.clear();
    else this.#faults.delete(slug);
  }

  /**
   * Lets a call of an operation meet the fault that is set for it, if there is one: that of its
   * organization before that of all.
   *
   * @param slug the organization that it is about, if it is about one
   * @throws ApiError the refusal that the fault asks for
   */
  async meet(operationId: OperationId, slug = ""): Promise<Encounter> {
    const fault = this.#take(operationId, slug) ?? this.#take(operationId, "");
    if (fault === undefined) return "goes on";
    const { code, latency = 0, disconnect = false, effect = false } = fault;
    // A server that stops does not wait for it.
    if (latency > 0) await delay(latency, undefined, { ref: false });
    if (code !== undefined) throw new FaultError(code, `${code} was asked for with setFault`);
    if (!disconnect) return "goes on";
    return effect ? "loses its answer" : "is cut";
  }

  #take(operationId: OperationId, slug: string): SetFault | undefined {
    const faults = this.#faults.get(slug);
    const fault = faults?.get(operationId);
    if (faults === undefined || fault === undefined) return undefined;
    if (fault.times > 1) faults.set(operationId, { ...fault, times: fault.times - 1 });
    else faults.delete(operationId);
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
  const codes = keysOf(errorStatuses).filter((code) => errorStatuses[code] === status);
  const [code] = codes;
  if (code === undefined) throw new ApiError("invalid_input", `no code has the status ${status}`);
  if (codes.length === 1) return code;
  throw new ApiError(
    "invalid_input",
    `${status} has several codes, say which: ${codes.join(", ")}`,
  );
}

function knownOperation(name: string): OperationId {
  const row = Object.values(operationTable).find(({ operationId }) => operationId === name);
  if (row !== undefined) return row.operationId;
  throw new ApiError("invalid_input", `operationId ${quote(name)} is not one of the contract`);
}
