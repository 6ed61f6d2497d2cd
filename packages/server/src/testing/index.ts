export type { TestPlatformOptions } from "./options.ts";
export type { OrganizationInput, TestOrganization } from "./organizations.ts";
export { startPlatform, type TestPlatform } from "./start-platform.ts";
