import { startPlatform, type TestDatabase, type TestPlatform } from "@logicaldb/server/testing";

const rounds = 5;
const tenants = 1_000;
const inFlight = 32;
const databasesOfReset = 5;

const tables = Array.from(
  { length: 10 },
  (_, index) =>
    `CREATE TABLE t${index} (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO t${index} (name) VALUES ('x');`,
).join("\n");

interface Case {
  readonly name: string;
  /** Milliseconds. */
  readonly goal: number;
  /** Milliseconds that one round took. */
  readonly round: () => Promise<number>;
}

/** Measures what tests wait for, from `@logicaldb/server/testing`: medians, and the goals. */
export async function main(): Promise<void> {
  console.log(`${rounds} rounds each, in milliseconds\n`);
  console.log("| case | median | best | goal |");
  console.log("|---|--:|--:|--:|");
  await report({ name: "start", goal: 200, round: start });
  // They stay until all is measured: ext4 makes files slowly for minutes after it removed many.
  const platforms: TestPlatform[] = [];
  const another = async () => {
    const platform = await startPlatform();
    platforms.push(platform);
    return platform;
  };
  await report({
    name: `${tenants} tenants of a template with 10 tables, created and queried`,
    goal: 2_000,
    round: async () => await createAndQuery(await another()),
  });
  const platform = await another();
  await report({
    name: `reset with ${databasesOfReset} databases`,
    goal: 20,
    round: () => reset(platform),
  });
  await Promise.all(platforms.map((each) => each.stop()));
}

async function report({ name, goal, round }: Case): Promise<void> {
  const times: number[] = [];
  for (let index = 0; index < rounds; index += 1) times.push(await round());
  times.sort((one, other) => one - other);
  const median = times[Math.floor(times.length / 2)] ?? Number.NaN;
  console.log(`| ${name} | ${median.toFixed(0)} | ${times[0]?.toFixed(0)} | ${goal} |`);
}

async function start(): Promise<number> {
  const started = performance.now();
  const platform = await startPlatform();
  const time = performance.now() - started;
  await platform.stop();
  return time;
}

async function createAndQuery(platform: TestPlatform): Promise<number> {
  const { createDatabase } = await platform.organization();
  const template = await platform.template(tables);
  const names = Array.from({ length: tenants }, (_, index) => `tenant-${index}`);
  const started = performance.now();
  const counts = await inTurns(names, async (name) => count(await createDatabase(name, template)));
  const time = performance.now() - started;
  if (counts.some((each) => each !== "1")) throw new Error("a tenant is not like its template");
  return time;
}

async function reset(platform: TestPlatform): Promise<number> {
  for (let index = 0; index < databasesOfReset; index += 1) {
    await count(await platform.createDatabase(`shop-${index}`, tables));
  }
  const started = performance.now();
  await platform.reset();
  return performance.now() - started;
}

async function count({ url, authToken }: TestDatabase): Promise<unknown> {
  const execute = { type: "execute", stmt: { sql: "SELECT count(*) FROM t9" } };
  const response = await fetch(`${url}v2/pipeline`, {
    method: "POST",
    headers: { authorization: `Bearer ${authToken}` },
    body: JSON.stringify({ requests: [execute, { type: "close" }] }),
  });
  const answer: Answer = JSON.parse(await response.text());
  return answer.results[0]?.response?.result?.rows[0]?.[0]?.value;
}

interface Answer {
  readonly results: readonly {
    readonly response?: {
      readonly result?: { readonly rows: readonly (readonly { readonly value: unknown }[])[] };
    };
  }[];
}

/** So many at a time, as a program that creates tenants in bulk does it. */
async function inTurns<Item, Value>(
  items: readonly Item[],
  task: (item: Item) => Promise<Value>,
): Promise<Value[]> {
  const values: Value[] = [];
  const left = items.entries();
  const worker = async () => {
    for (const [index, item] of left) values[index] = await task(item);
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  return values;
}
