/** Each open database takes three files: the database, its log, and the index of that. */
const filesPerDatabase = 3;
/** What a process needs besides. */
const otherFiles = 256;
const mostDatabases = 5_000;

/**
 * How many databases one engine process may keep open: what the limit of open files leaves room
 * for, with two connections to each.
 */
export function openDatabaseLimit(): number {
  const report: unknown = process.report.getReport();
  const files = softLimitOfOpenFiles(report) ?? 1_024;
  const databases = Math.floor((files - otherFiles) / filesPerDatabase / 2);
  return Math.max(16, Math.min(mostDatabases, databases));
}

function softLimitOfOpenFiles(report: unknown): number | undefined {
  const limits = property(property(property(report, "userLimits"), "open_files"), "soft");
  if (limits === "unlimited") return Number.MAX_SAFE_INTEGER;
  return typeof limits === "number" ? limits : undefined;
}

function property(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null
    ? Object.getOwnPropertyDescriptor(value, name)?.value
    : undefined;
}
