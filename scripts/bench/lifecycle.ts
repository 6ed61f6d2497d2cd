import { readdirSync, readFileSync } from "node:fs";
import { once } from "node:events";
import { type Contender, type Peer, spawnServer, startCeiling } from "./contenders.ts";
import { pipeline, send } from "./pipeline.ts";
import { median, type Row } from "./table.ts";
import type { Setting } from "./throughput.ts";

const samples = 100;
/** The database, its primary, a token, and the query. */
const requestsToFirstAnswer = 4;

/**
 * From nothing to the answer of a database's first query. The ceiling is as many requests, one after
 * the other, to a bare server; sqld needs two of them.
 */
export async function* createAndQuery(
  own: Contender,
  peer: Peer | undefined,
  { isChosen }: Setting,
): AsyncGenerator<Row> {
  const name = "create a database and answer its first query (p50)";
  if (!isChosen(name)) return;
  const times = {
    own: new Array<number>(),
    peer: new Array<number>(),
    ceiling: new Array<number>(),
  };
  const ceiling = await startCeiling('{"results":[]}');
  for (let sample = 0; sample < samples; sample++) {
    peer?.pause();
    times.own.push(await timeOf(() => firstAnswer(own, `first-${sample}`)));
    times.ceiling.push(await timeOf(() => requests(ceiling.address, requestsToFirstAnswer)));
    peer?.resume();
    if (peer !== undefined) {
      times.peer.push(await timeOf(() => firstAnswer(peer, `first-${sample}`)));
    }
  }
  ceiling.stop();
  const [ownTime, ceilingTime] = [median(times.own), median(times.ceiling)];
  const peerTime = median(times.peer);
  yield {
    name,
    unit: "ms",
    own: ownTime,
    ceiling: ceilingTime,
    ofCeiling: ceilingTime / ownTime,
    ...(peer === undefined ? {} : { peer: peerTime, timesPeer: peerTime / ownTime }),
    goals: { timesPeer: 10 },
  };
}

/** What all processes of a server take, once a thousand databases have been used. */
export async function* memoryInUse(
  own: Contender,
  peer: Contender | undefined,
  { isChosen }: Setting,
): AsyncGenerator<Row> {
  const name = "memory of all processes, 1,000 databases in use";
  // They are those that the case before has made.
  if (!isChosen(name) || !isChosen("1,000 databases in turn, 32 connections")) return;
  if (process.platform !== "linux") return;
  yield {
    name,
    unit: "MB",
    own: megabytesOf(own.pid),
    ...(peer === undefined ? {} : { peer: megabytesOf(peer.pid) }),
    goals: { most: 400 },
  };
}

/** From the command to the first answer, on a data directory that is there already. */
export async function* startToAnswer({ isChosen }: Setting): AsyncGenerator<Row> {
  const name = "server start to first answer";
  if (!isChosen(name)) return;
  const times: number[] = [];
  for (let sample = 0; sample < 9; sample++) {
    const started = performance.now();
    const { child, url } = await spawnServer(["--ephemeral"]);
    await (await fetch(`${url}/_local/health`)).text();
    times.push(performance.now() - started);
    child.kill();
    await once(child, "exit");
  }
  yield { name, unit: "ms", own: median(times), goals: { most: 250 } };
}

async function firstAnswer(contender: Contender, name: string): Promise<void> {
  const target = await contender.create(name);
  await send(contender.address, target, pipeline(["SELECT 1"]));
}

async function requests(address: string, count: number): Promise<void> {
  const target = { path: "/", host: address, token: "" };
  for (let index = 0; index < count; index++) await send(address, target, "{}");
}

/** Milliseconds. */
async function timeOf(work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** The memory of a process and its children that is theirs alone, with their part of what is shared. */
function megabytesOf(pid: number): number {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
  const own = Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1]) / 1_000;
  return childrenOf(pid).reduce((sum, child) => sum + megabytesOf(child), own);
}

function childrenOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, "utf8")
      .split(" ")
      .filter((text) => text !== "")
      .map(Number),
  );
}
