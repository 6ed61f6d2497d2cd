import type { PlatformOptions as ClientOptions } from "@logicaldb/client";
import type { GivenOptions } from "../options/options.ts";

/** How a platform for tests is to run; nothing of it has to be given. */
export interface TestPlatformOptions extends Omit<GivenOptions, "dataDir" | "faults" | "now"> {
  /** What the clients of the platform and of its organizations are made with, such as `retries: 0`. */
  readonly client?: Omit<Partial<ClientOptions>, "baseUrl" | "token" | "organization" | "clock">;
}
