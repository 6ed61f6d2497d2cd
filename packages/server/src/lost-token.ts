import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { replaceAccessToken } from "./access-token.ts";
import { storeUrlIn } from "./data-directory.ts";
import { openStore } from "./store/open.ts";
import { ensurePersonalOrganization } from "./store/organizations.ts";

/**
 * Mints a platform token in the place of one that was lost, also while a server runs.
 *
 * @param dataDir the server's data directory
 * @throws Error where no server has worked in it
 */
export async function replaceLostToken(dataDir: string, username: string): Promise<string> {
  if (!existsSync(dataDir)) {
    throw new Error(
      `There is no data directory ${resolve(dataDir)}; name the server's by --data-dir`,
    );
  }
  const store = await openStore({ url: storeUrlIn(dataDir) });
  try {
    const now = Date.now();
    await ensurePersonalOrganization(store, username, now);
    return await replaceAccessToken(store, username, now);
  } finally {
    store.close();
  }
}
