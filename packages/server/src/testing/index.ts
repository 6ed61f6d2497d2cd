export type { TestClock } from "./clock.ts";
export type { TestDatabase } from "./databases.ts";
export type { FaultInput, TestFaults } from "./faults.ts";
export type { TestPlatformOptions } from "./options.ts";
export type { OrganizationInput, TestOrganization } from "./organizations.ts";
export type { DatabaseFile, Seed, SeedFunction, Sql, SqlFile, Template } from "./seeds.ts";
export { startPlatform, type TestPlatform } from "./start-platform.ts";
