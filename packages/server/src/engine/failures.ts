import { streamExpiredCode, streamExpiredMessages } from "../hrana/stream-expired.ts";
import { type Failure, fullCode } from "./engine.ts";
import type { Loss } from "./orders.ts";

/** The process that ran the request ended. */
export const engineRestarted: Failure = {
  status: 503,
  code: "ENGINE_RESTARTED",
  message:
    "The engine process that ran this request ended and is being restarted; try again, after a " +
    "look at the database where the request writes: it may have done so",
};

/**
 * The database makes its processes fail, and has to wait.
 *
 * @param seconds for how long
 */
export function databaseQuarantined(seconds: number): Failure {
  return {
    status: 503,
    code: "DATABASE_QUARANTINED",
    message:
      "Statements of this database made its engine process fail several times in a row, so nothing " +
      `is run on it for ${seconds} s, and this request had no effect; send it again after that, and ` +
      "find the statement that was under way at each ENGINE_RESTARTED",
    retryAfter: seconds,
  };
}

/** What went wrong is no concern of clients: messages of the system name files of the machine. */
export const engineFailed: Failure = {
  status: 500,
  code: "ENGINE_ERROR",
  message: "The engine failed; the server's log says why",
};

/** A database was to be made. */
export const noRoom: Failure = {
  status: 500,
  code: fullCode,
  message: "The disk has no room for the file of the database",
};

/** Nothing runs on databases any more. */
export const serverStopped: Failure = {
  status: 503,
  code: "SERVER_STOPPED",
  message: "The server has been stopped",
};

/** The stream lived in a process that is gone; its transaction was rolled back. */
export const streamExpired: Failure = {
  status: 400,
  code: streamExpiredCode,
  message: streamExpiredMessages.mayHaveIdled,
};

/** What was begun on the database is over, and this had to wait. */
export const endedBefore: Failure = {
  status: 400,
  code: streamExpiredCode,
  message: streamExpiredMessages.hasNotIdled,
};

/** @param limit the statement timeout, in milliseconds */
export function statementTimedOut(limit: number): Failure {
  return {
    status: 400,
    code: "STATEMENT_TIMEOUT",
    message: `The statement ran longer than ${limit} ms and was stopped; the limit is the server's --statement-timeout`,
  };
}

/** Others had nowhere else to go. */
const statementGaveWay: Failure = {
  status: 503,
  code: "STATEMENT_TIMEOUT",
  message:
    "The statement was stopped: it ran long, as did others in all engine processes, and kept other " +
    "databases waiting; try again when the server has less to do",
};

/**
 * What became of an order whose process ended.
 *
 * @param limit the statement timeout, in milliseconds
 */
export function failureOf(loss: Loss, limit: number): Failure {
  switch (loss) {
    case "statement-timeout":
      return statementTimedOut(limit);
    case "gave-way":
      return statementGaveWay;
    case "process-ended":
      return engineRestarted;
  }
}
