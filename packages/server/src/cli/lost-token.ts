import { statSync } from "node:fs";
import { join, resolve } from "node:path";
import { replaceAccountToken } from "../store/account-token.ts";
import { DataDirectoryUnusable, storeUrlIn } from "../data-directory/data-directory.ts";
import { openStore } from "../store/open.ts";
import { listOrganizations } from "../store/organizations.ts";

/**
 * Mints a platform token in the place of one that was lost, also while a server runs.
 *
 * @param dataDir the server's data directory
 * @throws Error where no server has worked in it, or none with this account; DataDirectoryUnusable
 *   where its store cannot be opened
 */
export async function replaceLostToken(dataDir: string, username: string): Promise<string> {
  if (!hasStore(dataDir)) {
    throw new Error(
      `No server has worked in ${resolve(dataDir)}; name its directory by --data-dir`,
    );
  }
  const store = await openStore({ url: storeUrlIn(dataDir) }).catch((error: unknown) => {
    throw new DataDirectoryUnusable(resolve(dataDir), error);
  });
  try {
    if ((await listOrganizations(store, username)).length === 0) {
      throw new Error(
        `${resolve(dataDir)} knows no account ${username}; name the server's by --user`,
      );
    }
    return await replaceAccountToken(store, username, Date.now());
  } finally {
    store.close();
  }
}

/** @throws DataDirectoryUnusable where that cannot be found out */
function hasStore(dataDir: string): boolean {
  try {
    return statSync(join(dataDir, "store.db"), { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    throw new DataDirectoryUnusable(resolve(dataDir), error);
  }
}
