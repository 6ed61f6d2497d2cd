import type { Pause } from "../../hrana/session.ts";
import type { EngineLimits } from "../../options/limits.ts";
import type { LockWait } from "./lock-wait.ts";

/** What a session tells the process that it runs in. */
export interface SessionHooks {
  /** A statement starts; `isReading` where it reads, and is all that its request does. */
  statement(isReading: boolean): void;
  /** A statement starts that took long the last time, or that nobody knows. */
  slowStatement(): void;
  /** Whether the work under way was found to take so long that other processes go on without it. */
  isHeldUp(): boolean;
  /** A writer waits for a lock that another process may have. */
  writerWaits(databaseId: string): void;
  /** What waits for a lock and has not been begun, by the commands that brought it. */
  readonly lockWaits: Map<number, LockWait>;
  /** A pause in which others get their turn, when it is time for one. */
  breath(): Pause | undefined;
  /** How long one statement may run, in milliseconds, not counting its pauses. */
  readonly statementTimeout: number;
  readonly limits: EngineLimits;
}
