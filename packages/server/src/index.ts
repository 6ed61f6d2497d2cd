export { CannotListen } from "./cannot-listen.ts";
export { DataDirectoryInUse, DataDirectoryUnusable } from "./data-directory.ts";
export { EngineCannotStart } from "./engine/cannot-start.ts";
export type { Limits, Patience } from "./limits.ts";
export { defaultOptions, type GivenOptions, type ServerOptions } from "./options.ts";
export type { RunningServer } from "./running-server.ts";
export { startServer } from "./start.ts";
