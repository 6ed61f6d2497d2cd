import type { Access } from "../engine/engine.ts";
import { errorBody } from "../engine/error-body.ts";
import { engineFailed } from "../engine/failures.ts";
import { reportFailure } from "../engine/report.ts";
import { type Command, commandFlag, replyKind } from "../engine/wire/frames.ts";
import type { EngineProcessSettings } from "../engine/wire/settings.ts";
import { ProtocolError, SqlError, TooManyError } from "../hrana/errors.ts";
import { UnreadRows } from "../hrana/limits.ts";
import { TextRooms } from "../hrana/text-room.ts";
import type { Connection } from "./database/connection.ts";
import { isOfFile } from "./database/troubles.ts";
import type { Database } from "./database/database.ts";
import type { Databases } from "./database/databases.ts";
import type { Replies } from "./replies.ts";
import { ClientLeft } from "./statements/lock-wait.ts";
import { DatabaseSession } from "./statements/session.ts";
import type { SessionHooks } from "./statements/session-hooks.ts";
import type { StreamPlaces } from "./statements/stream-places.ts";
import type { Tasks } from "./tasks.ts";

/** What all that runs in an engine process has in common. */
export class Runtime {
  readonly settings: EngineProcessSettings;
  readonly databases: Databases;
  readonly places: StreamPlaces;
  readonly replies: Replies;
  readonly tasks: Tasks;
  readonly unreadRows: UnreadRows;
  readonly textRooms: TextRooms;
  readonly #hooks: SessionHooks;

  constructor(
    parts: Pick<Runtime, "settings" | "databases" | "places" | "replies" | "tasks">,
    hooks: SessionHooks,
  ) {
    this.settings = parts.settings;
    this.databases = parts.databases;
    this.places = parts.places;
    this.replies = parts.replies;
    this.tasks = parts.tasks;
    this.unreadRows = new UnreadRows(Math.floor(parts.settings.limits.engineBytes / 2));
    this.textRooms = new TextRooms(Math.floor(parts.settings.limits.engineBytes / 8));
    this.#hooks = hooks;
  }

  /**
   * A session on the database of a command, with the rights of its bearer.
   *
   * @param kind whether it outlives its request, and whether its statements are timed
   * @throws TooManyError where it outlives its request and there are enough that do
   */
  session(command: Command, { isLasting = false, isTimed = true } = {}): DatabaseSession {
    const database = this.databases.get(command.databaseId);
    const hooks = isTimed ? this.#hooks : { ...this.#hooks, statementTimeout: Infinity };
    const place = isLasting ? this.places.take(command.databaseId) : undefined;
    const access = accessOf(command);
    return new DatabaseSession(database, hooks, { access, place });
  }

  /** A session for requests that share a transaction, which is open on the connection. */
  sessionOn(database: Database, connection: Connection): DatabaseSession {
    return new DatabaseSession(database, this.#hooks, {
      access: "full-access",
      place: undefined,
      connection,
    });
  }

  /** The client of a command has left: where that only waits for a lock, it is not begun. */
  cancel(id: number): void {
    this.#hooks.lockWaits.get(id)?.cancel();
  }

  /** How a failure is told; what is neither the client's nor its statement's is logged too. */
  describe(error: unknown): { status: number; code: string; message: string } {
    if (error instanceof ProtocolError || error instanceof SqlError) {
      const status = isOfFile(error.code) ? 500 : 400;
      return { status, code: error.code, message: error.message };
    }
    if (error instanceof TooManyError) {
      return { status: 429, code: error.code, message: error.message };
    }
    this.log(error);
    return engineFailed;
  }

  /** Notes a failure that nobody can do anything about but who runs the server, or writes it. */
  log(error: unknown): void {
    reportFailure(this.settings, error);
  }

  /** Answers a command that failed. */
  fail(id: number, error: unknown): void {
    if (error instanceof ClientLeft) return this.replies.whole(id, 200, "");
    const failure = this.describe(error);
    this.replies.whole(id, failure.status, errorBody(failure));
  }

  /** Ends an answer that has begun, so that its reader sees it is not whole. */
  breakOff(id: number, error: unknown): void {
    const failure = this.describe(error);
    this.replies.send(id, replyKind.broken, failure.status, errorBody(failure));
  }
}

export function accessOf(command: Command): Access {
  return (command.flags & commandFlag.readOnly) === 0 ? "full-access" : "read-only";
}
