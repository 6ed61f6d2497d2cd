import { launch } from "../start.ts";
import { generateApiToken } from "../tokens/api-token.ts";
import { DatabaseFiles } from "./database-files.ts";
import { testDefaults, type TestPlatformOptions } from "./options.ts";
import { type OrganizationInput, Organizations, type TestOrganization } from "./organizations.ts";
import { Resetter } from "./resetter.ts";
import type { Seed, Template } from "./seeds.ts";
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
  /**
   * Fills a database once, so that `createDatabase` can copy it, which takes next to
   * no time for small ones. A reset leaves it as it is.
   *
   * @throws what the seed throws
   */
  readonly template: (seed: Seed) => Promise<Template>;
  /**
   * Takes back all that was made since the start: databases and their tokens, and organizations
   * with theirs. It is all there until it is all gone, at once. Platform tokens of the account stay
   * good.
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
 * @throws the error of the operating system where a port was given and is taken
 */
export async function startPlatform(options: TestPlatformOptions = {}): Promise<TestPlatform> {
  const { client, ...given } = options;
  const token = given.token ?? generateApiToken().token;
  const { server, context, databases } = await launch({
    ...testDefaults,
    ...given,
    token,
    dataDir: undefined,
  });
  const { url, organization: account, dataDir } = server;
  const workshop = {
    files: new DatabaseFiles(databases),
    together: new StoredTogether(context.store),
  };
  const organizations = new Organizations({ url, account, context, workshop, client });
  const personal = organizations.personal(token);
  const resetter = new Resetter(context, account);
  const stop = async () => {
    await resetter.stop();
    await server.stop();
  };
  return {
    ...personal.organization,
    dataDir,
    organization: async (input) => await organizations.create(input),
    template: async (seed) => await organizations.createTemplate(dataDir, seed),
    reset: async () => {
      await resetter.reset();
      personal.forgetTokens();
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
