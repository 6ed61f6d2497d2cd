import { databasePath } from "../../src/engine/wire/database-path.ts";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../support/hrana.ts";
import { type TestDatabase, TestServer } from "../support/server.ts";

/** A server with two tenants, and secrets that the first one must not reach. */
export interface World {
  readonly server: TestServer;
  readonly mine: TestDatabase;
  readonly theirs: TestDatabase;
  /** A file of the host that holds a secret. */
  readonly secretFile: string;
  /** A directory of the host that nothing may be written to. */
  readonly directory: string;
  /** The file of a tenant's database. */
  fileOf(database: TestDatabase): string;
  /** Whether a text gives away any of the secrets. */
  isLeak(text: string): boolean;
  stop(): Promise<void>;
}

/** Name of an environment variable that holds a secret. */
const secretVariable = "LOGICALDB_TEST_SECRET";

export async function startWorld(): Promise<World> {
  const [fileSecret, variableSecret, rowSecret] = [secret(), secret(), secret()];
  const directory = await mkdtemp(join(tmpdir(), "logicaldb-isolation-"));
  const secretFile = join(directory, "secret.txt");
  await writeFile(secretFile, fileSecret);
  process.env[secretVariable] = variableSecret;
  const dataDir = join(directory, "data");
  const server = await TestServer.start({ dataDir, engineProcesses: 2 });
  const mine = await server.createDatabase("mine");
  const theirs = await server.createDatabase("theirs");
  await run(mine, "CREATE TABLE t (a, b)");
  await run(mine, "INSERT INTO t VALUES (1, 'x')");
  await run(theirs, "CREATE TABLE secrets (a)");
  await run(theirs, `INSERT INTO secrets VALUES ('${rowSecret}')`);
  const secrets = [fileSecret, variableSecret, rowSecret];
  return {
    server,
    mine,
    theirs,
    secretFile,
    directory,
    fileOf: ({ id }) => databasePath(join(dataDir, "databases"), id),
    isLeak: (text) =>
      secrets.some((each) =>
        [each, Buffer.from(each).toString("base64").slice(0, 20), Buffer.from(each).toString("hex")]
          .map((form) => form.toLowerCase())
          .some((form) => text.toLowerCase().includes(form)),
      ),
    stop: async () => {
      delete process.env[secretVariable];
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Nothing but this test says it. */
function secret(): string {
  return `secret-${randomBytes(15).toString("hex")}`;
}
