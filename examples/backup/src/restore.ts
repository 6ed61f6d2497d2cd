import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { createClient } from "@libsql/client";
import { openDump } from "./dump.ts";
import { databases, defaultLocation, instances } from "./platform.ts";

/**
 * Restores a backup into a new database, and makes sure that it is the same.
 *
 * @throws where there is such a database, or what came of it is not what is in the file
 */
export async function restore(file: string, name: string): Promise<void> {
  // Not `ensure`: nothing is restored into what is there.
  await databases.create({ name });
  const primary = await instances.create(name, { location: await defaultLocation() });
  await instances.waitUntilReady(name, primary.name);
  const connection = await databases.connect(name, { expiration: "1h" });
  const db = createClient(connection);
  try {
    await db.executeMultiple(await readFile(file, "utf8"));
    const { rows } = await db.execute("PRAGMA integrity_check");
    if (rows[0]?.["integrity_check"] !== "ok") throw new Error(`${name} is damaged`);
  } finally {
    db.close();
  }
  if ((await hash(await openDump(connection))) !== (await hash(createReadStream(file)))) {
    throw new Error(`${name} differs from ${file}`);
  }
}

async function hash(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const sha256 = createHash("sha256");
  for await (const chunk of chunks) sha256.update(chunk);
  return sha256.digest("hex");
}
