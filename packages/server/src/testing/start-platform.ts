import { createPlatform, type Platform } from "@logicaldb/client";
import { launch } from "../start.ts";
import { generateApiToken } from "../tokens/api-token.ts";
import { testDefaults, type TestPlatformOptions } from "./options.ts";

/** A real server for tests, made by {@link startPlatform}. */
export interface TestPlatform extends AsyncDisposable {
  /** Where the Platform API is. */
  readonly url: string;
  /** The platform token of the account. */
  readonly token: string;
  /** The slug of the account's personal organization. */
  readonly slug: string;
  /** A client of that organization. */
  readonly client: Platform;
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
  const { client: clientOptions, ...given } = options;
  const token = given.token ?? generateApiToken().token;
  const { server } = await launch({ ...testDefaults, ...given, token, dataDir: undefined });
  const { url, organization: slug } = server;
  const stop = async () => await server.stop();
  return {
    url,
    token,
    slug,
    client: createPlatform({ ...clientOptions, baseUrl: url, token, organization: slug }),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
