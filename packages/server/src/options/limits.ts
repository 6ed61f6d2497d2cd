/** How much of everything there may be; each is a flag of the `logicaldb` command, `--max-…`. */
export interface Limits {
  /** The body of a request to a database, or a message over WebSocket, in bytes. */
  readonly requestBytes: number;
  /** The rows of one reply, in bytes; of a cursor, those that a statement which writes returns. */
  readonly responseBytes: number;
  /** The rows that one statement returns in a reply; cursors have no limit. */
  readonly responseRows: number;
  /** The statements, and other requests, of one pipeline or batch. */
  readonly statements: number;
  /** The text of one SQL statement, in characters. */
  readonly sqlLength: number;
  /** The parameters of one statement; SQLite has no more than 32,766. */
  readonly parameters: number;
  /** The streams that are left open on one database. */
  readonly databaseStreams: number;
  /** The streams that are left open in all. */
  readonly streams: number;
  /** The requests that are served at a time. */
  readonly concurrentRequests: number;
  /** The bodies of all requests to databases that are under way, and what is not read of answers, in bytes. */
  readonly bufferedBytes: number;
  /** The file of one database, in bytes. */
  readonly databaseBytes: number;
  /** The memory of one engine process, in bytes; one that outgrows it is replaced. */
  readonly engineBytes: number;
}

/** What holds where nothing is said. */
export const defaultLimits: Limits = {
  requestBytes: 64 * 1024 ** 2,
  responseBytes: 64 * 1024 ** 2,
  responseRows: 1_000_000,
  statements: 50_000,
  sqlLength: 1_000_000,
  parameters: 32_766,
  databaseStreams: 256,
  streams: 4_096,
  concurrentRequests: 4_096,
  bufferedBytes: 512 * 1024 ** 2,
  databaseBytes: 16 * 1024 ** 3,
  engineBytes: 512 * 1024 ** 2,
};

/** How far each can be set. */
export const limitRanges: Readonly<Record<keyof Limits, { least: number; most?: number }>> = {
  requestBytes: { least: 1 },
  responseBytes: { least: 1 },
  responseRows: { least: 1 },
  statements: { least: 1 },
  sqlLength: { least: 1 },
  // SQLite's own limit (SQLite: Limits, SQLITE_MAX_VARIABLE_NUMBER).
  parameters: { least: 1, most: 32_766 },
  databaseStreams: { least: 1 },
  streams: { least: 1 },
  concurrentRequests: { least: 1 },
  bufferedBytes: { least: 1 },
  databaseBytes: { least: 1 },
  // Less leaves an engine process no room for its work.
  engineBytes: { least: 96 * 1024 ** 2 },
};

/** The limits that engine processes keep to. */
export type EngineLimits = Omit<Limits, "requestBytes" | "concurrentRequests" | "bufferedBytes">;

/** How long clients may keep others waiting, in milliseconds; each is a flag too. */
export interface Patience {
  /** The header of a request takes no longer. */
  readonly header: number;
  /** A connection between two requests is closed after this long. */
  readonly keepAlive: number;
  /** A client that takes nothing of its answer for this long is cut off. */
  readonly reader: number;
  /** A stream over HTTP that is left open this long is closed; sqld's figure. */
  readonly streamIdle: number;
  /** A writer that holds the lock this long gives way to one that waits; sqld's figure. */
  readonly transaction: number;
  /** A WebSocket is asked this often whether its client is still there. */
  readonly socketPing: number;
  /** When the server stops, requests under way have this long to be answered. */
  readonly stop: number;
}

/** What holds where nothing is said. */
export const defaultPatience: Patience = {
  header: 20_000,
  // Longer than the minute that proxies commonly keep a connection.
  keepAlive: 65_000,
  reader: 30_000,
  streamIdle: 10_000,
  transaction: 5_000,
  socketPing: 30_000,
  stop: 2_000,
};
