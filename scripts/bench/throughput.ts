import { closeSync, fdatasyncSync, openSync, writeSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Case, cases, oneBlob, schema, thousandRows } from "./cases.ts";
import { type Contender, type Peer, startCeiling, startOwn, startPeer } from "./contenders.ts";
import { pipeline, send } from "./pipeline.ts";
import { median, type Row } from "./table.ts";
import { type Load, measure, type Target } from "./wrk.ts";

export interface Setting {
  readonly rounds: number;
  readonly seconds: number;
  readonly isChosen: (name: string) => boolean;
}

/** Each case against both, in turns. */
export async function* throughputs(setting: Setting): AsyncGenerator<Row> {
  const chosen = cases.filter(({ name }) => setting.isChosen(name));
  if (chosen.length === 0) return;
  const own = await startOwn();
  try {
    const target = await prepare(own);
    for (const each of chosen) yield await throughput(own, target, each, setting);
  } finally {
    await own.stop();
  }
}

async function throughput(
  own: Contender,
  target: Target,
  { name, body, connections, againstPeer, againstCeiling }: Case,
  { rounds, seconds }: Setting,
): Promise<Row> {
  const reply = await send(own.address, target, body);
  const load = { body, connections, seconds, targets: [target] };
  const ceiling = await startCeiling(reply);
  const rates = {
    own: new Array<number>(),
    ceiling: new Array<number>(),
    peer: new Array<number>(),
  };
  for (let round = 0; round < rounds; round++) {
    rates.own.push((await measure({ ...load, address: own.address })).rate);
    rates.ceiling.push((await measure({ ...load, address: ceiling.address })).rate);
    rates.peer.push(...(await peerRate(load)));
  }
  ceiling.stop();
  const [rate, ceilingRate] = [median(rates.own), median(rates.ceiling)];
  if (rate === 0) throw new Error(`${name}: logicaldb answered nothing`);
  return {
    name,
    unit: "requests/s",
    own: rate,
    ceiling: ceilingRate,
    ofCeiling: rate / ceilingRate,
    ...againstPeerOf(rate, rates.peer.length === 0 ? undefined : median(rates.peer)),
    goals: {
      ...(againstPeer === undefined ? {} : { timesPeer: againstPeer }),
      ...(againstCeiling === undefined ? {} : { ofCeiling: againstCeiling }),
    },
  };
}

/**
 * The rate of sqld, started for this one load: after clients that break off in the middle of a
 * write, as all do at the end of a load, it may keep its write lock and serve the next ones badly.
 */
async function peerRate(load: Omit<Load, "address" | "targets">): Promise<number[]> {
  const peer = await startPeer();
  if (peer === undefined) return [];
  try {
    const target = await prepare(peer);
    await send(peer.address, target, load.body);
    return [(await measure({ ...load, address: peer.address, targets: [target] })).rate];
  } finally {
    await peer.stop();
  }
}

/** Inserts that survive the loss of power, against one flush of the disk for each. */
export async function* durableInserts(setting: Setting): AsyncGenerator<Row> {
  const name = "autocommit INSERT with synchronous=FULL, 32 connections";
  if (!setting.isChosen(name)) return;
  const own = await startOwn("--synchronous", "full");
  try {
    const target = await prepare(own);
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

async function prepare(contender: Contender): Promise<Target> {
  const target = await contender.create("bench");
  const body = pipeline(...[...schema, thousandRows, oneBlob].map((sql) => [sql] as const));
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
