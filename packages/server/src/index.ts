export { DataDirectoryInUse } from "./data-directory.ts";
export type { Limits, Patience } from "./limits.ts";
export { defaultOptions, type GivenOptions, type ServerOptions } from "./options.ts";
export { type RunningServer, startServer } from "./start.ts";
