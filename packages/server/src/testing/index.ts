export type { TestClock } from "./clock.ts";
export type { FaultInput, TestFaults } from "./faults.ts";
export type { TestPlatformOptions } from "./options.ts";
export type { DatabaseFile, Seed, SeedFunction, Sql, SqlFile, Template } from "./seeds.ts";
export { startPlatform, type TestPlatform } from "./start-platform.ts";
export type { TestDatabase } from "./test-database.ts";
export type { OrganizationInput, TestOrganization } from "./test-organization.ts";
