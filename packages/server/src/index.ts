export { DataDirectoryInUse } from "./data-directory.ts";
export { defaultOptions, type ServerOptions } from "./options.ts";
export { type RunningServer, startServer } from "./start.ts";
