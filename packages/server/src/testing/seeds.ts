import type { TestDatabase } from "./test-database.ts";

/** What a new database has in it. */
export type Seed = Sql | SqlFile | DatabaseFile | SeedFunction | Template;

/** SQL text: any number of statements. */
export type Sql = string;

/** A file of SQL text. */
export interface SqlFile {
  readonly sqlFile: string | URL;
}

/** A SQLite file, which stays as it is. */
export interface DatabaseFile {
  readonly databaseFile: string | URL;
}

/** A function that fills the database by a connection of its own: it gets what clients take. */
export type SeedFunction = (database: TestDatabase) => unknown;

/** A database that was filled once, to be copied; made by `template`. */
export interface Template {
  /** Where it lies. */
  readonly template: string;
}
