import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { createClient } from "@libsql/client";
import { DatabaseExistsError } from "@logicaldb/client";
import { backUp } from "./backup.ts";
import { databases, defaultLocation } from "./platform.ts";
import { restore } from "./restore.ts";

const prefix = "backup-example-";
const directory = fileURLToPath(new URL("../backups", import.meta.url));

for (const tenant of ["ada", "bob", "eve"]) await signUp(prefix + tenant);

const files = await backUp(prefix, directory);
for (const file of files.values()) {
  console.log(`backups/${basename(file)}: ${(await stat(file)).size} bytes`);
}

for (const [name, file] of files) {
  await restore(file, name).catch((error: unknown) => {
    if (!(error instanceof DatabaseExistsError)) throw error;
    console.log(`${name} is there: nothing is restored into it`);
  });
  await databases.destroy(name);
  await restore(file, name);
  console.log(`destroyed and restored ${name}: ${await count(name)} notes`);
}

for (const name of files.keys()) await databases.destroy(name);

async function signUp(name: string): Promise<void> {
  await databases.ensure(name, { location: await defaultLocation() });
  const db = createClient(await databases.connect(name));
  await db.batch(
    [
      "CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL, picture BLOB)",
      "CREATE VIEW recent AS SELECT text FROM notes ORDER BY id DESC LIMIT 10",
      "INSERT INTO notes (text, picture) SELECT 'it''s ' || value, randomblob(64) FROM generate_series(1, 100)",
    ],
    "write",
  );
  db.close();
}

async function count(name: string): Promise<number> {
  const db = createClient(await databases.connect(name));
  const { rows } = await db.execute("SELECT count(*) AS notes FROM notes");
  db.close();
  return Number(rows[0]?.["notes"]);
}
