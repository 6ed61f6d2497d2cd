import type { PlatformOptions as ClientOptions } from "@logicaldb/client";
import type { GivenOptions } from "../options.ts";

/** How a platform for tests is to run; nothing of it has to be given. */
export interface TestPlatformOptions extends Omit<GivenOptions, "dataDir" | "faults" | "now"> {
  /** What the clients of the platform and of its organizations are made with, such as `retries: 0`. */
  readonly client?: Omit<Partial<ClientOptions>, "baseUrl" | "token" | "organization" | "clock">;
}

/** What holds for tests where nothing is said: a free port, and no noise. */
export const testDefaults = {
  port: 0,
  // Names below `localhost` do not resolve everywhere, and take a look-up where they do.
  addressing: "path",
  logLevel: "error",
  // What a test leaves under way is nothing to wait for.
  patience: { stop: 100 },
} as const satisfies GivenOptions;
