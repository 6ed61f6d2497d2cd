import { type RunningServer, startServer } from "@logicaldb/server";
import { afterAll, beforeAll } from "vitest";
import { createPlatform, type Platform, type PlatformOptions } from "@logicaldb/client";

/** The server of a test file. */
export interface ServerOfFile {
  readonly url: string;
  readonly token: string;
  /** A new platform over connections of its own. */
  platform(options?: Partial<PlatformOptions>): Platform;
}

/** Starts a real server for the tests of a file. It can be used from the first test on. */
export function serverOfFile(): ServerOfFile {
  const token = "the-platform-token-of-the-client-tests";
  let server: RunningServer | undefined;
  beforeAll(async () => {
    server = await startServer({ port: 0, dataDir: undefined, token, logLevel: "error" });
  });
  afterAll(async () => {
    await server?.stop();
  });
  return {
    token,
    get url() {
      if (server === undefined) throw new Error("the server has not started");
      return server.url;
    },
    platform(options) {
      return createPlatform({ baseUrl: this.url, token, organization: "local", ...options });
    },
  };
}
