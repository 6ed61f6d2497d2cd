import { createPlatform } from "@logicaldb/client";
import { launch } from "../launch.ts";
import { requireFaults } from "../platform/faults.ts";
import { generateApiToken } from "../tokens/api-token.ts";
import { createClock, type TestClock } from "./clock.ts";
import { DatabaseFiles } from "./database-files.ts";
import { type TestFaults, testFaults } from "./faults.ts";
import type { TestPlatformOptions } from "./options.ts";
import { Organizations } from "./organizations.ts";
import { Resetter } from "./resetter.ts";
import type { Seed, Template } from "./seeds.ts";
import type { OrganizationInput, TestOrganization } from "./test-organization.ts";
import { StoredTogether } from "./together.ts";

/**
 * A real server for tests, made by {@link startPlatform}. As an organization it is the personal one
 * of its account.
 */
export interface TestPlatform extends TestOrganization, AsyncDisposable {
  /**
   * Makes an organization with nothing in it, for one test to work in. Its token is good for it
   * alone; the platform's token is good for every organization.
   */
  readonly organization: (input?: OrganizationInput) => Promise<TestOrganization>;
  /** The clock of the server and of the clients that are made here. */
  readonly clock: TestClock;
  /** Errors on demand, for all organizations. */
  readonly faults: TestFaults;
  /**
   * Fills a database once, so that `createDatabase` can copy it, which takes next to
   * no time for small ones. A reset leaves it as it is.
   *
   * @throws what the seed throws
   */
  readonly template: (seed: Seed) => Promise<Template>;
  /**
   * Takes back all that was made since the start: databases and their tokens, and organizations
   * with theirs. It is all there until it is all gone, at once. The clock is right again, and no
   * fault is set. Platform tokens of the account stay good.
   */
  readonly reset: () => Promise<void>;
  /** The temporary directory: databases are plain SQLite files below its `databases/`. */
  readonly dataDir: string;
  /** Stops the server and removes its data. */
  readonly stop: () => Promise<void>;
}

/**
 * Starts a server for tests, on a free port, with its data in a temporary directory. It serves when
 * the promise resolves. Any number of them may run at once.
 *
 * @throws CannotListen where a port was given and is taken
 */
export async function startPlatform(options: TestPlatformOptions = {}): Promise<TestPlatform> {
  const { client, ...given } = options;
  const token = given.token ?? generateApiToken().token;
  // Refuses what cannot be used before there is a server that nobody would stop.
  createPlatform({ ...client, baseUrl: "http://localhost", token, organization: "none" });
  const { reset: resetClock, ...clock } = createClock();
  const { server, context, databases } = await launch({
    ...given,
    port: given.port ?? 0,
    // Names below `localhost` do not resolve everywhere, and take a look-up where they do.
    addressing: given.addressing ?? "path",
    logLevel: given.logLevel ?? "error",
    // What a test leaves under way is nothing to wait for.
    patience: { ...given.patience, stop: given.patience?.stop ?? 100 },
    token,
    dataDir: undefined,
    faults: true,
    now: () => clock.now(),
  });
  const { url, organization: account, dataDir } = server;
  let isStopped = false;
  const refuseStopped = () => {
    if (isStopped) throw new Error("This platform has been stopped; start another one");
  };
  const workshop = {
    refuseStopped,
    files: new DatabaseFiles(databases),
    together: new StoredTogether(context.store),
  };
  const organizations = new Organizations({
    url,
    account,
    context,
    workshop,
    client: { ...client, clock },
  });
  const personal = organizations.personal(token);
  const resetter = new Resetter(context, account);
  const faults = testFaults(requireFaults(context.faults));
  const stop = async () => {
    isStopped = true;
    await resetter.stop();
    await server.stop();
  };
  return {
    ...personal.organization,
    dataDir,
    organization: async (input) => await organizations.create(input),
    template: async (seed) => await organizations.createTemplate(dataDir, seed),
    clock,
    faults,
    reset: async () => {
      refuseStopped();
      await resetter.reset();
      personal.forgetTokens();
      faults.clear();
      resetClock();
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
