/** Each open database takes three files: the database, its log, and the index of that. */
const filesPerDatabase = 3;
/** What a process needs besides. */
const otherFiles = 256;
const mostDatabases = 5_000;
/** What an open database takes of a process's memory, at least; half of that is for them. */
const bytesPerDatabase = 256 * 1024;

/**
 * How many databases one engine process may keep open: what its memory and the limit of open files
 * leave room for, with two connections to each.
 *
 * @param engineBytes the memory of an engine process
 */
export function openDatabaseLimit(engineBytes: number): number {
  const report: unknown = process.report.getReport();
  const files = softLimitOfOpenFiles(report) ?? 1_024;
  const databases = Math.floor((files - otherFiles) / filesPerDatabase / 2);
  const inMemory = Math.floor(engineBytes / 2 / bytesPerDatabase);
  return Math.max(16, Math.min(mostDatabases, databases, inMemory));
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
