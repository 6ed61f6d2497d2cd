import type { Platform } from "@logicaldb/client";
import pMap from "p-map";
import { migrateTenant } from "./migrate-tenant.ts";

/** How far a migration of all tenants is. */
export interface Progress {
  /** Databases that had migrations to apply, and have them now. */
  migrated: number;
  /** Databases that were up to date: from an earlier run, perhaps. */
  upToDate: number;
  /** Why the others failed, by the names of their databases. */
  readonly failed: Map<string, unknown>;
}

export interface MigrateOptions {
  /** Which databases are tenants'. */
  readonly prefix: string;
  /** How many are migrated at a time. */
  readonly concurrency: number;
  /** Starts no further tenant once it is aborted; those that are under way are finished. */
  readonly signal?: AbortSignal;
  /** Told after each tenant. */
  readonly onProgress?: (progress: Progress) => void;
}

/**
 * Migrates each tenant's database. One that fails does not keep the others from it. To continue
 * after a stop or a failure, run it again: the databases themselves know what they have.
 */
export async function migrateAll(
  { databases }: Pick<Platform, "databases">,
  { prefix, concurrency, signal, onProgress }: MigrateOptions,
): Promise<Progress> {
  const progress: Progress = { migrated: 0, upToDate: 0, failed: new Map() };
  await pMap(
    tenants(),
    async (name) => {
      try {
        const missing = await migrateTenant(await databases.connect(name, { expiration: "10m" }));
        progress[missing > 0 ? "migrated" : "upToDate"] += 1;
      } catch (error) {
        progress.failed.set(name, error);
      }
      onProgress?.(progress);
    },
    { concurrency },
  );
  return progress;

  /** Page by page, as the tenants before are done: all names need not fit into memory. */
  async function* tenants(): AsyncGenerator<string> {
    for await (const { Name } of databases.iterate({ limit: 100 })) {
      if (signal?.aborted === true) return;
      if (Name.startsWith(prefix)) yield Name;
    }
  }
}
