/** A database for a test: what `createClient` of `@libsql/client` takes, and more. */
export interface TestDatabase {
  readonly name: string;
  /** Its `DbId`. */
  readonly id: string;
  readonly url: string;
  /** A token that allows everything and never expires. */
  readonly authToken: string;
}
