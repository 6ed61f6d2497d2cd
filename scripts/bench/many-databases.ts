import { pipeline, send } from "./pipeline.ts";
import type { Contender, Peer } from "./contenders.ts";
import { schema, thousandRows, pointSelect } from "./cases.ts";
import type { Row } from "./table.ts";
import { againstPeerOf, type Setting, takeTurns } from "./throughput.ts";
import type { Target } from "./wrk.ts";

const count = 1_000;
const name = "1,000 databases in turn, 32 connections";

/** A point SELECT on one database after the other, against the same on one. */
export async function* manyDatabases(
  own: Contender,
  peer: Peer | undefined,
  setting: Setting,
): AsyncGenerator<Row> {
  if (!setting.isChosen(name)) return;
  const ownTargets = await prepareAll(own);
  const peerTargets = peer === undefined ? [] : await prepareAll(peer);
  const load = { body: pointSelect, connections: 32, seconds: setting.seconds };
  const [rate = 0, one = 0, peerRate] = await takeTurns(setting.rounds, peer, [
    { ...load, address: own.address, targets: ownTargets },
    { ...load, address: own.address, targets: ownTargets.slice(0, 1) },
    ...(peer === undefined ? [] : [{ ...load, address: peer.address, targets: peerTargets }]),
  ]);
  yield {
    name: `${name} (ceiling: one database)`,
    unit: "requests/s",
    own: rate,
    ceiling: one,
    ofCeiling: rate / one,
    ...againstPeerOf(rate, peerRate),
    goals: { timesPeer: 10, ofCeiling: 0.85 },
  };
}

async function prepareAll(contender: Contender): Promise<Target[]> {
  const body = pipeline(...[...schema, thousandRows].map((sql) => [sql] as const));
  const targets: Target[] = [];
  const names = Array.from({ length: count }, (_, index) => `tenant-${index}`).values();
  const worker = async () => {
    for (const each of names) {
      const target = await contender.create(each);
      await send(contender.address, target, body);
      targets.push(target);
    }
  };
  await Promise.all(Array.from({ length: 8 }, worker));
  return targets;
}
