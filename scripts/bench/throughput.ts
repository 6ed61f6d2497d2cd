import { closeSync, fdatasyncSync, openSync, writeSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cases, schema, thousandRows } from "./cases.ts";
import { type Contender, type Peer, startCeiling, startOwn } from "./contenders.ts";
import { pipeline, send } from "./pipeline.ts";
import { median, type Row } from "./table.ts";
import { type Load, measure, type Target } from "./wrk.ts";

export interface Setting {
  readonly rounds: number;
  readonly seconds: number;
  readonly isChosen: (name: string) => boolean;
}

/** Each case against both, in turns. */
export async function* throughputs(
  own: Contender,
  peer: Peer | undefined,
  setting: Setting,
): AsyncGenerator<Row> {
  const chosen = cases.filter(({ name }) => setting.isChosen(name));
  if (chosen.length === 0) return;
  const ownTarget = await prepare(own, "bench");
  const peerTarget = peer === undefined ? undefined : await prepare(peer, "bench");
  for (const { name, body, connections, againstPeer, againstCeiling } of chosen) {
    const reply = await send(own.address, ownTarget, body);
    if (peer !== undefined && peerTarget !== undefined) await send(peer.address, peerTarget, body);
    const ceiling = await startCeiling(reply);
    const load = { body, connections, seconds: setting.seconds };
    const [rate = 0, ceilingRate = 0, peerRate] = await takeTurns(setting.rounds, peer, [
      { ...load, address: own.address, targets: [ownTarget] },
      { ...load, address: ceiling.address, targets: [ownTarget] },
      ...(peer === undefined || peerTarget === undefined
        ? []
        : [{ ...load, address: peer.address, targets: [peerTarget] }]),
    ]);
    ceiling.stop();
    if (rate === 0) throw new Error(`${name}: logicaldb answered nothing`);
    yield {
      name,
      unit: "requests/s",
      own: rate,
      ceiling: ceilingRate,
      ofCeiling: rate / ceilingRate,
      ...againstPeerOf(rate, peerRate),
      goals: {
        ...(againstPeer === undefined ? {} : { timesPeer: againstPeer }),
        ...(againstCeiling === undefined ? {} : { ofCeiling: againstCeiling }),
      },
    };
  }
}

/** Inserts that survive the loss of power, against one flush of the disk for each. */
export async function* durableInserts(setting: Setting): AsyncGenerator<Row> {
  const name = "autocommit INSERT with synchronous=FULL, 32 connections";
  if (!setting.isChosen(name)) return;
  const own = await startOwn("--synchronous", "full");
  try {
    const target = await prepare(own, "bench");
    const body = pipeline(["INSERT INTO entries (name) VALUES (?)", "an entry"]);
    const load = { body, connections: 32, seconds: setting.seconds, targets: [target] };
    const rates: number[] = [];
    const flushes: number[] = [];
    for (let round = 0; round < setting.rounds; round++) {
      rates.push((await measure({ ...load, address: own.address })).rate);
      flushes.push(await flushesPerSecond(setting.seconds));
    }
    const [rate, ceiling] = [median(rates), median(flushes)];
    yield {
      name,
      unit: "requests/s",
      own: rate,
      ceiling,
      ofCeiling: rate / ceiling,
      goals: { ofCeiling: 3 },
    };
  } finally {
    await own.stop();
  }
}

/** What a row says of sqld, which may have stalled. */
export function againstPeerOf(
  rate: number,
  peer: number | undefined,
): Pick<Row, "peer" | "timesPeer"> {
  if (peer === undefined) return {};
  return peer === 0 ? { peer } : { peer, timesPeer: rate / peer };
}

/** The median rate of each load; a round of one follows a round of another. */
export async function takeTurns(
  rounds: number,
  peer: Peer | undefined,
  loads: readonly Load[],
): Promise<readonly number[]> {
  const rates = loads.map(() => new Array<number>());
  for (let round = 0; round < rounds; round++) {
    for (const [index, load] of loads.entries()) {
      if (load.address !== peer?.address) peer?.pause();
      rates[index]?.push((await measure(load)).rate);
      peer?.resume();
    }
  }
  return rates.map(median);
}

async function prepare(contender: Contender, name: string): Promise<Target> {
  const target = await contender.create(name);
  const body = pipeline(...[...schema, thousandRows].map((sql) => [sql] as const));
  await send(contender.address, target, body);
  return target;
}

/** How often one block of a file can be overwritten and flushed. */
async function flushesPerSecond(seconds: number): Promise<number> {
  const directory = await mkdtemp(join(tmpdir(), "logicaldb-bench-"));
  const file = openSync(join(directory, "block"), "w");
  try {
    const block = Buffer.alloc(4096, 1);
    const started = performance.now();
    let count = 0;
    while (performance.now() - started < seconds * 1_000) {
      writeSync(file, block, 0, block.length, 0);
      fdatasyncSync(file);
      count += 1;
    }
    return (count / (performance.now() - started)) * 1_000;
  } finally {
    closeSync(file);
    await rm(directory, { recursive: true, force: true });
  }
}
