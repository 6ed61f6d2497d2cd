import { launch } from "../start.ts";
import { generateApiToken } from "../tokens/api-token.ts";
import { testDefaults, type TestPlatformOptions } from "./options.ts";
import { type OrganizationInput, Organizations, type TestOrganization } from "./organizations.ts";
import { Resetter } from "./resetter.ts";

/**
 * A real server for tests, made by {@link startPlatform}. As an organization it is the personal one
 * of its account.
 */
export interface TestPlatform extends TestOrganization, AsyncDisposable {
  /**
   * Makes an organization with nothing in it, for one test to work in. Its token is good for it
   * alone; the platform's token is good for every organization.
   */
  organization(input?: OrganizationInput): Promise<TestOrganization>;
  /**
   * Takes back all that was made since the start: databases and their tokens, and organizations
   * with theirs. It is all there until it is all gone, at once. Platform tokens of the account stay
   * good.
   */
  reset(): Promise<void>;
  /** The temporary directory: databases are plain SQLite files below its `databases/`. */
  readonly dataDir: string;
  /** Stops the server and removes its data. */
  stop(): Promise<void>;
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
  const { server, context } = await launch({
    ...testDefaults,
    ...given,
    token,
    dataDir: undefined,
  });
  const { url, organization: account } = server;
  const organizations = new Organizations({ url, account, context, client });
  const personal = organizations.personal(token);
  const resetter = new Resetter(context, account);
  const stop = async () => {
    await resetter.stop();
    await server.stop();
  };
  return {
    ...personal.organization,
    dataDir: server.dataDir,
    organization: async (input) => await organizations.create(input),
    reset: async () => {
      await resetter.reset();
      personal.forgetTokens();
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
