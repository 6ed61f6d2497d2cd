/** The WebSocket subprotocols of Hrana (Hrana 3, “Version and encoding negotiation”). */
export const subprotocols = {
  "hrana3-protobuf": { version: 3, encoding: "protobuf" },
  hrana3: { version: 3, encoding: "json" },
  hrana2: { version: 2, encoding: "json" },
  hrana1: { version: 1, encoding: "json" },
} as const;
export type Subprotocol = keyof typeof subprotocols;

/** Spoken by clients that name none, which are older than the names. */
export const unnamedSubprotocol: Subprotocol = "hrana1";

export function isSubprotocol(name: string): name is Subprotocol {
  return Object.hasOwn(subprotocols, name);
}

/** Why a WebSocket is closed (RFC 6455, 7.4.1). */
export const closeCode = {
  goingAway: 1001,
  unsupportedFrame: 1003,
  invalidMessage: 1007,
  policyViolated: 1008,
  failed: 1011,
  restarted: 1012,
  tryAgainLater: 1013,
} as const;

const invalidMessages = new Set(["INVALID_JSON", "INVALID_PROTOBUF"]);

/** How a connection is closed whose message could not be read, for the reason that `code` names. */
export function closeCodeForUnread(code: string): number {
  return invalidMessages.has(code) ? closeCode.invalidMessage : closeCode.policyViolated;
}
