import pMap from "p-map";
import { migrateAll, type Progress } from "./migrate-all.ts";
import { concurrency, databases, defaultLocation, disconnect } from "./platform.ts";

const prefix = "bulk-example-";
const names = Array.from({ length: 1_000 }, (_, at) => `${prefix}${String(at).padStart(4, "0")}`);

const location = await defaultLocation();
await pMap(names, (name) => databases.ensure(name, { location }), { concurrency });
console.log(`${names.length} tenants`);

// The first run is stopped on its way, as by a deployment or Ctrl-C.
const controller = new AbortController();
const stopHalfway = (progress: Progress) => {
  report(progress);
  if (total(progress) === 500) controller.abort();
};
const { signal } = controller;
const first = await migrateAll(
  { databases },
  { prefix, concurrency, signal, onProgress: stopHalfway },
);
console.log(`stopped after ${total(first)}`);

const second = await migrateAll({ databases }, { prefix, concurrency, onProgress: report });
const whole = first.migrated + second.migrated;
console.log(`continued: ${second.upToDate} were done, ${whole} of ${names.length} are now`);
for (const [name, error] of second.failed) console.error(name, error);
if (second.failed.size > 0) process.exitCode = 1;

await pMap(names, (name) => databases.destroy(name), { concurrency });
console.log("destroyed them");
await disconnect();

function report(progress: Progress): void {
  if (total(progress) % 250 === 0) console.log(`${total(progress)} of ${names.length}`);
}

function total({ migrated, upToDate, failed }: Progress): number {
  return migrated + upToDate + failed.size;
}
