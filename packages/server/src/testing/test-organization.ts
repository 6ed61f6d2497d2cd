import type { Platform } from "@logicaldb/client";
import type { TestFaults } from "./faults.ts";
import type { Seed } from "./seeds.ts";
import type { TestDatabase } from "./test-database.ts";

/** An organization for tests to work in. */
export interface TestOrganization {
  /** What paths name it by. */
  readonly slug: string;
  /** Where the Platform API is. */
  readonly url: string;
  /** A platform token that is good for this organization. */
  readonly token: string;
  /** A client of this organization. */
  readonly client: Platform;
  /** Errors on demand for calls that are about this organization. */
  readonly faults: TestFaults;
  /**
   * Makes a database that answers, and a token for it.
   *
   * @param name as in `client.databases.create`
   * @param seed what it has in it: SQL text, `{ sqlFile }`, `{ databaseFile }` (a SQLite file), a
   *   function that gets the database, or a template; nothing, unless given
   * @throws an error with `code` where the API would refuse it, and what the seed throws
   */
  readonly createDatabase: (name: string, seed?: Seed) => Promise<TestDatabase>;
}

/** What `organization` takes. */
export interface OrganizationInput {
  /** What paths are to name it by; one that was not there before, unless given. */
  readonly slug?: string | undefined;
}
