import { ProtocolError } from "../../hrana/errors.ts";

/** What a client is told whose stream is gone. */
export function streamExpired(): ProtocolError {
  return new ProtocolError(
    "STREAM_EXPIRED",
    "The stream is closed, and its transaction undone: it was idle for too long, or the tokens of its database were invalidated, or the database is gone",
  );
}
