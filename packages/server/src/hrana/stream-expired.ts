import { ProtocolError } from "./errors.ts";

export const streamExpiredCode = "STREAM_EXPIRED";

const causes =
  "the tokens of its database were invalidated, the database was destroyed, or its engine process " +
  "ended; its transaction is undone, and what had not begun was not run: open a new one";

/** What clients are told whose stream is gone, by whether it may have idled for too long. */
export const streamExpiredMessages = {
  // sqld's words, which people search for.
  mayHaveIdled: `The stream has expired due to inactivity, or ${causes}`,
  hasNotIdled: `The stream has expired: ${causes}`,
} as const;

/** The same as an error. */
export function streamExpired(which: keyof typeof streamExpiredMessages): ProtocolError {
  return new ProtocolError(streamExpiredCode, streamExpiredMessages[which]);
}
