import { createClient } from "@libsql/client";
import pMap from "p-map";
import { migrateAll, type Progress } from "./migrate-all.ts";
import { concurrency, databases, defaultLocation, disconnect } from "./platform.ts";

const prefix = "bulk-example-";
const count = Number(process.env["TENANTS"] ?? 1_000);
const names = Array.from({ length: count }, (_, at) => `${prefix}${String(at).padStart(4, "0")}`);

const location = await defaultLocation();
await pMap(names, (name) => databases.ensure(name, { location }), { concurrency });
console.log(`${count} tenants`);

// One tenant has a table that is in the way.
const [odd = ""] = names;
await execute(odd, "CREATE TABLE notes (stray TEXT)");

// The first run is stopped on its way, as by a deployment or Ctrl-C.
const controller = new AbortController();
const stopHalfway = (progress: Progress) => {
  report(progress);
  if (share(progress) >= 50) controller.abort();
};
const { signal } = controller;
const all = { prefix, concurrency };
const first = await migrateAll({ databases }, { ...all, signal, onProgress: stopHalfway });
console.log(share(first) < 100 ? "stopped" : "not stopped in time");
console.log("failed:", [...first.failed.keys()].join());

await execute(odd, "DROP TABLE notes");
console.log("continued");

const second = await migrateAll({ databases }, { ...all, onProgress: report });
console.log(`migrated in two runs: ${first.migrated + second.migrated} of ${count}`);
for (const [name, error] of second.failed) console.error(name, error);
if (second.failed.size > 0) process.exitCode = 1;

await pMap(names, (name) => databases.destroy(name), { concurrency });
console.log("destroyed them");
await disconnect();

async function execute(name: string, sql: string): Promise<void> {
  const db = createClient(await databases.connect(name));
  await db.execute(sql);
  db.close();
}

function report(progress: Progress): void {
  if (share(progress) % 25 === 0) console.log(`${share(progress)} %`);
}

/** How many of the tenants are done, in percent. */
function share({ migrated, upToDate, failed }: Progress): number {
  return (100 * (migrated + upToDate + failed.size)) / count;
}
