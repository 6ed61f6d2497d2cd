export { CannotListen } from "./listening/cannot-listen.ts";
export { DataDirectoryInUse, DataDirectoryUnusable } from "./data-directory/data-directory.ts";
export { EngineCannotStart } from "./engine/cannot-start.ts";
export type { Limits, Patience } from "./options/limits.ts";
export { defaultOptions, type GivenOptions, type ServerOptions } from "./options/options.ts";
export type { RunningServer } from "./running-server.ts";
export { startServer } from "./start.ts";
