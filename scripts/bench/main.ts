/**
 * Measures the server against real sqld and against a bare `node:http` server, in one run: rounds
 * of all three take turns, and medians are compared. Absolute figures depend on the machine and on
 * what else it does; the ratios hold.
 *
 * Words as arguments choose the measurements whose names contain one of them; `--record` writes
 * docs/performance.md and docs/performance.json. `testing` alone measures what tests wait for.
 */
import { parseArgs } from "node:util";
import { type Contender, type Peer, startOwn, startPeer } from "./contenders.ts";
import { createAndQuery, memoryInUse, startToAnswer } from "./lifecycle.ts";
import { manyDatabases } from "./many-databases.ts";
import { record } from "./report.ts";
import { runaways } from "./runaway.ts";
import { durableInserts, throughputs } from "./throughput.ts";
import { heading, type Row, table } from "./table.ts";
import * as testing from "./testing.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    record: { type: "boolean", default: false },
    rounds: { type: "string", default: "3" },
    seconds: { type: "string", default: "3" },
  },
});
const setting = {
  rounds: Number(values.rounds),
  seconds: Number(values.seconds),
  isChosen: (name: string) =>
    positionals.length === 0 || positionals.some((word) => name.includes(word)),
};

console.log(heading());
if (positionals.join() === "testing") await testing.main();
else await main();

async function main(): Promise<void> {
  console.log(`${setting.rounds} rounds of ${setting.seconds} s each, medians\n`);
  const rows: Row[] = [];
  for await (const row of measurements()) {
    console.log(
      table([row])
        .split("\n")
        .slice(rows.length === 0 ? 0 : 2)
        .join("\n"),
    );
    rows.push(row);
  }
  if (values.record) await record(rows, setting);
}

async function* measurements(): AsyncGenerator<Row> {
  // The first, on a disk that has nothing to catch up with.
  yield* withBoth((own, peer) => createAndQuery(own, peer, setting));
  yield* throughputs(setting);
  yield* withBoth(async function* each(own, peer) {
    yield* manyDatabases(own, peer, setting);
    yield* memoryInUse(own, peer, setting);
  });
  yield* durableInserts(setting);
  yield* startToAnswer(setting);
  yield* runaways(setting);
}

/** Measures with both servers, started afresh. */
async function* withBoth(
  measure: (own: Contender, peer: Peer | undefined) => AsyncGenerator<Row>,
): AsyncGenerator<Row> {
  const own = await startOwn();
  const peer = await startPeer();
  try {
    yield* measure(own, peer);
  } finally {
    await own.stop();
    await peer?.stop();
  }
}
