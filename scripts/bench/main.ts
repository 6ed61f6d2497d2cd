import { fork } from "node:child_process";
import { once } from "node:events";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { createClient } from "@logicaldb/client";
import { startServer } from "@logicaldb/server";
import { type Load, type Measured, measure } from "./load.ts";

/**
 * Measures requests to a database against a bare `node:http` server that answers with the same
 * bytes, in one run: rounds of both take turns, and medians are compared. Absolute figures depend
 * on the machine and on what else it does; the ratios hold.
 */
const rounds = 3;
const secondsPerRound = 3;

const token = "bench";
const server = await startServer({ port: 0, dataDir: undefined, token, addressing: "path" });
const platform = createClient({ baseUrl: server.url, token });
const at = { params: { path: { org_slug: server.organization, db_name: "bench" } } };
const databases = "/v1/organizations/{org_slug}/databases";
const { database } = await platform.POST(databases, { ...at, body: { name: "bench" } });
await platform.POST(`${databases}/{db_name}/instances`, { ...at, body: { location: "local" } });
const { jwt } = await platform.POST(`${databases}/{db_name}/auth/tokens`, at);
const url = `${platform.databaseUrl(database)}v2/pipeline`;

await query("CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT, price REAL)");
await query(
  "INSERT INTO items SELECT value, 'item ' || value, value / 7.0 FROM generate_series(1, 1000)",
);

const select = pipeline("SELECT id, name, price FROM items WHERE id = ?", 500);
const insert = pipeline("INSERT INTO items (name) VALUES (?)", 1);
const wide = pipeline("SELECT id, name, price FROM items LIMIT ?", 1000);
const cases = [
  { name: "point SELECT, 32 connections", body: select, connections: 32 },
  { name: "point SELECT, 1 connection", body: select, connections: 1 },
  { name: "autocommit INSERT, 32 connections", body: insert, connections: 32 },
  { name: "1000-row SELECT, 8 connections", body: wide, connections: 8 },
];

console.log(
  `${cpus()[0]?.model ?? "unknown processor"}, ${cpus().length} cores, Node ${process.version}`,
);
console.log(`${rounds} rounds of ${secondsPerRound} s each, medians\n`);
console.log("| case | requests/s | p99 ms | bare server/s | ratio |");
console.log("|---|--:|--:|--:|--:|");
for (const { name, body, connections } of cases) {
  const ceiling = await startCeiling(await reply(body));
  const load = { body, token: jwt, connections, seconds: secondsPerRound };
  const own: Measured[] = [];
  const bare: Measured[] = [];
  for (let round = 0; round < rounds; round++) {
    own.push(await measureOrFail({ ...load, url }));
    bare.push(await measureOrFail({ ...load, url: ceiling.url }));
  }
  ceiling.stop();
  const rate = median(own.map((each) => each.rate));
  const bareRate = median(bare.map((each) => each.rate));
  const p99 = median(own.map((each) => each.p99));
  const cells = [
    name,
    rate.toFixed(0),
    p99.toFixed(1),
    bareRate.toFixed(0),
    (rate / bareRate).toFixed(2),
  ];
  console.log(`| ${cells.join(" | ")} |`);
}
await server.stop();

function pipeline(sql: string, argument: number): string {
  const args = [{ type: "integer", value: String(argument) }];
  return JSON.stringify({
    requests: [{ type: "execute", stmt: { sql, args } }, { type: "close" }],
  });
}

async function reply(body: string): Promise<string> {
  const response = await fetch(url, {
    method: "POST",
    headers: { authorization: `Bearer ${jwt}` },
    body,
  });
  const text = await response.text();
  if (!response.ok || text.includes('"type":"error"')) throw new Error(text);
  return text;
}

async function query(sql: string): Promise<void> {
  await reply(
    JSON.stringify({ requests: [{ type: "execute", stmt: { sql } }, { type: "close" }] }),
  );
}

async function measureOrFail(load: Load): Promise<Measured> {
  const measured = await measure(load);
  if (measured.failures > 0) throw new Error(`${measured.failures} requests to ${load.url} failed`);
  return measured;
}

/** A bare server in a process of its own. */
async function startCeiling(body: string): Promise<{ url: string; stop(): void }> {
  const child = fork(fileURLToPath(new URL("ceiling.ts", import.meta.url)), {
    execArgv: ["--import", "tsx"],
    env: { ...process.env, REPLY: body },
  });
  const [port]: unknown[] = await once(child, "message");
  return { url: `http://127.0.0.1:${String(port)}/`, stop: () => child.kill() };
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}
