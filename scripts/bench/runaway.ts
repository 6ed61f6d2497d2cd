import { setTimeout as delay } from "node:timers/promises";
import { pointSelect, schema, thousandRows } from "./cases.ts";
import { type Contender, startOwn } from "./contenders.ts";
import { pipeline, send } from "./pipeline.ts";
import { median, type Row } from "./table.ts";
import type { Setting } from "./throughput.ts";
import type { Target } from "./wrk.ts";

const runaway = pipeline([
  "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c",
]);
/** Milliseconds between two requests: neither the processor nor a queue is what they wait for. */
const pace = 4;
const limit = 500;

/** What a statement that never ends does to others, and how late it is stopped. */
export async function* runaways(setting: Setting): AsyncGenerator<Row> {
  yield* othersMeanwhile(setting);
  yield* timeToStop(setting);
}

async function* othersMeanwhile({ isChosen, rounds, seconds }: Setting): AsyncGenerator<Row> {
  const name = "a statement runs for ever: p99 of other databases";
  if (!isChosen(name)) return;
  const own = await startOwn("--statement-timeout", `${seconds + 2}s`);
  try {
    const slow = await own.create("slow");
    const others = await prepare(own);
    const idle: number[] = [];
    const meanwhile: number[] = [];
    for (let round = 0; round < rounds; round++) {
      idle.push(await p99(own, others, seconds));
      const stopped = fetchRunaway(own, slow);
      // Whoever shared its process has moved by then.
      await delay(200);
      meanwhile.push(await p99(own, others, seconds));
      await stopped;
    }
    const [before, during] = [median(idle), median(meanwhile)];
    yield {
      name: `${name} (ceiling: idle)`,
      unit: "ms",
      own: during,
      ceiling: before,
      ofCeiling: before / during,
      goals: { ofCeiling: 0.5 },
    };
  } finally {
    await own.stop();
  }
}

async function* timeToStop({ isChosen }: Setting): AsyncGenerator<Row> {
  const name = "a statement runs for ever: time over its limit";
  if (!isChosen(name)) return;
  const own = await startOwn("--statement-timeout", `${limit}ms`);
  try {
    const slow = await own.create("slow");
    const times: number[] = [];
    for (let sample = 0; sample < 9; sample++) {
      const started = performance.now();
      await fetchRunaway(own, slow);
      times.push(performance.now() - started - limit);
    }
    yield { name, unit: "ms", own: median(times), goals: { most: 200 } };
  } finally {
    await own.stop();
  }
}

async function prepare(own: Contender): Promise<Target[]> {
  const targets: Target[] = [];
  for (let index = 0; index < 8; index++) {
    const target = await own.create(`other-${index}`);
    const statements = [...schema, thousandRows].map((sql) => [sql] as const);
    await send(own.address, target, pipeline(...statements));
    targets.push(target);
  }
  return targets;
}

/** The latency that one request in a hundred is above, in milliseconds. */
async function p99(
  { address }: Contender,
  targets: readonly Target[],
  seconds: number,
): Promise<number> {
  const times: number[] = [];
  const end = performance.now() + seconds * 1_000;
  for (let index = 0; performance.now() < end; index++) {
    const target = targets[index % targets.length];
    if (target === undefined) break;
    const started = performance.now();
    await send(address, target, pointSelect);
    times.push(performance.now() - started);
    await delay(pace);
  }
  return times.toSorted((one, other) => one - other)[Math.floor(times.length * 0.99)] ?? 0;
}

/** Resolves when the statement was stopped. */
async function fetchRunaway({ address }: Contender, { path, token }: Target): Promise<void> {
  const response = await fetch(`http://${address}${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}` },
    body: runaway,
  });
  const text = await response.text();
  if (!text.includes("STATEMENT_TIMEOUT")) throw new Error(`It was not stopped: ${text}`);
}
