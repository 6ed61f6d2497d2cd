import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { type RunningServer, startServer } from "@logicaldb/server";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { asRecord } from "../lib/json.ts";
import { fromRoot } from "../lib/root.ts";
import { exampleNames, isInstalled } from "./support/examples.ts";
import { howToFetch } from "./support/fetching.ts";

const token = "the-platform-token-of-the-variables";
const installed = exampleNames.filter(isInstalled);

describe("of its variables, the example", () => {
  let server: RunningServer;
  let errors: Readonly<Record<string, unknown>>;
  beforeAll(async () => {
    server = await startServer({ port: 0, dataDir: undefined, token, logLevel: "error" });
    const local = { LOGICALDB_URL: server.url, LOGICALDB_TOKEN: token };
    errors = await errorsWith({
      none: {},
      tokenAlone: { LOGICALDB_TOKEN: token },
      otherOrganization: { ...local, LOGICALDB_ORGANIZATION: "nobody" },
    });
  });
  afterAll(async () => {
    await server.stop();
  });

  test.for(exampleNames)("%s needs the token alone, for Turso Cloud", (name, context) => {
    if (!isInstalled(name)) return context.skip(howToFetch);
    const { none, tokenAlone, otherOrganization } = asRecord(errors[name], name);
    expect(none).toContain("Error: set LOGICALDB_TOKEN");
    expect(tokenAlone).toContain("no address: api.turso.tech");
    expect(tokenAlone).toContain("GET /v1/organizations'");
    expect(otherOrganization).toContain('organization "nobody" does not exist');
  });
});

/** What ends each example, by its name and the name of the variables that it was given. */
async function errorsWith(
  sets: Readonly<Record<string, Readonly<Record<string, string>>>>,
): Promise<Readonly<Record<string, unknown>>> {
  const program = ["--import", "tsx", "scripts/test/support/example-variables.ts"];
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [...program, JSON.stringify(sets), ...installed],
    { cwd: fromRoot("") },
  );
  return asRecord(JSON.parse(stdout), "the errors");
}
