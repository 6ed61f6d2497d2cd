/** What an engine process tells when a stream was opened or closed. */
export interface StreamCount {
  /** How many are open in the process. */
  readonly count: number;
  readonly databaseId: string;
  /** How many of those are of the database. */
  readonly ofDatabase: number;
}
