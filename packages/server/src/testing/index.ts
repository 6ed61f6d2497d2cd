export type { TestPlatformOptions } from "./options.ts";
export { startPlatform, type TestPlatform } from "./start-platform.ts";
