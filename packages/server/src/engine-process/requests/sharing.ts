import { type Command, commandFlag } from "../../engine/wire/frames.ts";
import type { EngineProcessSettings } from "../../engine/wire/settings.ts";
import type { PipelineRequest } from "../../hrana/requests.ts";
import type { Databases } from "../database/databases.ts";
import { onlyStatement } from "./only-statement.ts";

/**
 * Gives reads to other processes, where this one cannot follow. SQLite lets any number of processes
 * read a file at once, and one process runs one statement at a time.
 */
export class Sharing {
  readonly #databases: Databases;
  readonly #helpers: number;
  /** When a helper can be done with what it was given last. */
  #notBefore = 0;

  constructor(
    { processes, synchronous }: Pick<EngineProcessSettings, "processes" | "synchronous">,
    databases: Databases,
  ) {
    this.#databases = databases;
    // Only the process that writes knows whether what is committed is on the disk, too.
    this.#helpers = synchronous === "full" ? 0 : processes - 1;
  }

  /** Notes how long a request took that only read, in milliseconds. */
  note({ databaseId }: Command, request: PipelineRequest, time: number): void {
    if (this.#helpers === 0) return;
    const sql = onlyStatement(request)?.sql;
    if (sql !== undefined) this.#databases.openOne(databaseId)?.longReads.note(sql, time);
  }

  /** Whether a request is one read that takes long, and is better run elsewhere. */
  isForOthers({ flags, databaseId }: Command, request: PipelineRequest): boolean {
    if (this.#helpers === 0) return false;
    if ((flags & ~commandFlag.readOnly) !== 0) return false;
    const sql = onlyStatement(request)?.sql;
    if (sql === undefined) return false;
    const time = this.#databases.openOne(databaseId)?.longReads.timeOf(sql);
    const now = performance.now();
    if (time === undefined || now < this.#notBefore) return false;
    // Of two that wait, one is for each: this process goes on meanwhile.
    this.#notBefore = now + time / 2 / this.#helpers;
    return true;
  }
}
