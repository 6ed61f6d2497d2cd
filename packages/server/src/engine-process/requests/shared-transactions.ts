import type { Command } from "../../engine/wire/frames.ts";
import type { Piece } from "../../hrana/encoding.ts";
import type { Session, Steps } from "../../hrana/session.ts";
import { analyzeStatement } from "../statements/analyses.ts";
import type { Database } from "../database/database.ts";
import type { Runtime } from "../runtime.ts";

/** So many requests share a transaction at most: the first is answered when the last is done. */
const most = 16;
/** After one that was undone, a database has none for so many milliseconds. */
const pauseAfterUndo = 1_000;

/** A request that runs one statement, on a stream of its own. */
export interface Member {
  readonly command: Command;
  readonly sql: string;
  /** The body of its answer; throws where the statement fails. */
  run(session: Session): Steps<Piece>;
  /** Runs and answers it by itself. */
  alone(): void;
}

/** A member that waits for others. */
interface Candidate {
  readonly member: Member;
  readonly database: Database;
  readonly isWriting: boolean;
}

/**
 * Runs requests in one transaction that wait behind each other and are for one database: most of
 * what a small statement costs is its locks, and the pages that its commit writes.
 *
 * No client can tell. Nobody is answered before the commit; and where anything fails, all of it is
 * undone, and each request runs by itself, as if there had been no others.
 */
export class SharedTransactions {
  readonly #runtime: Runtime;
  readonly #notBefore = new WeakMap<Database, number>();
  #waiting: Candidate[] = [];

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  /**
   * Takes a request, to answer it soon.
   *
   * @param isMoreThere whether others wait behind it
   * @returns false where it has to run by itself, now
   */
  take(member: Member, isMoreThere: boolean): boolean {
    const candidate = this.#candidate(member);
    if (candidate?.database !== this.#waiting[0]?.database) this.settle();
    if (candidate === undefined || (!isMoreThere && this.#waiting.length === 0)) return false;
    this.#waiting.push(candidate);
    if (!isMoreThere || this.#waiting.length === most) this.settle();
    return true;
  }

  /** Answers all that were taken. Whatever else there is to do comes after them. */
  settle(): void {
    const waiting = this.#waiting;
    const [first] = waiting;
    if (first === undefined) return;
    this.#waiting = [];
    const answers = waiting.length > 1 ? this.#together(first.database, waiting) : undefined;
    for (const [index, { member }] of waiting.entries()) {
      const answer = answers?.[index];
      if (answer === undefined) member.alone();
      else this.#runtime.replies.whole(member.command.id, 200, answer);
    }
  }

  /** A member that may wait for others; undefined where it must not. */
  #candidate(member: Member): Candidate | undefined {
    const { command, sql } = member;
    // With lesser rights, or where less is known of the database, a connection is made ready first.
    if (command.flags !== 0) return undefined;
    const database = this.#runtime.databases.openOne(command.databaseId);
    if (database?.idleConnection?.cached(sql)?.isQuick !== true) return undefined;
    if (performance.now() < (this.#notBefore.get(database) ?? 0)) return undefined;
    const statement = analyzeStatement(sql, this.#runtime.settings.limits);
    const { kind, isExplain, readsConnectionState, setsConnectionState } = statement;
    if (kind !== "read" && kind !== "write") return undefined;
    if (isExplain || readsConnectionState || setsConnectionState) return undefined;
    return { member, database, isWriting: !statement.isReadonly };
  }

  /** The answers, when all is committed; undefined, and nothing has happened, where that fails. */
  #together(database: Database, waiting: readonly Candidate[]): Piece[] | undefined {
    const { tasks } = this.#runtime;
    const connection = database.acquire(false);
    const isWriting = waiting.some((candidate) => candidate.isWriting);
    try {
      connection.begin(isWriting ? "BEGIN IMMEDIATE" : "BEGIN");
      const isAlone = database.log.isFull || database.mayDeferKeys(connection);
      if (isWriting && isAlone) return this.#undone(database);
      const session = this.#runtime.sessionOn(database, connection);
      const answers = waiting.map(({ member }) =>
        tasks.atOnce(member.command.id, member.run(session)),
      );
      tasks.watch(waiting.at(-1)?.member.command.id ?? 0, () => connection.commit());
      if (isWriting) database.committed();
      return answers;
    } catch {
      // Whatever it is, it is told in its own words to the request that it belongs to.
      return this.#undone(database);
    } finally {
      database.release(connection);
    }
  }

  #undone(database: Database): undefined {
    this.#notBefore.set(database, performance.now() + pauseAfterUndo);
  }
}
