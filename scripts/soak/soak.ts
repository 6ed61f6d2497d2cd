import { createPlatform } from "@logicaldb/client";
import { startServer } from "@logicaldb/server";
import { engineProcesses, killHard } from "../../packages/server/test/support/processes.ts";
import {
  check,
  type Faults,
  type Ledger,
  type Target,
  writeAlone,
  writeInPairs,
} from "./writers.ts";

const databaseCount = 6;
/** So many rows are acknowledged between two kills. */
const rowsPerKill = 10;
const token = "the-platform-token-of-the-soak-program";

/** What came of a run. */
export interface Report {
  readonly kills: number;
  readonly databases: number;
  readonly acknowledged: number;
  /** Requests that were answered with an error that says to try again. */
  readonly refused: number;
  readonly seconds: number;
  /** What must not be: rows lost, files corrupt, errors of other kinds. */
  readonly faults: Faults;
}

/**
 * Writes to several databases, alone and in transactions over two requests, while engine processes
 * are ended with SIGKILL; in the end, compares what was acknowledged with what is stored.
 *
 * @param kills how many processes are ended
 * @param progress told after each of them
 */
export async function soak(
  kills: number,
  progress: (done: number, acknowledged: number) => void = () => {},
): Promise<Report> {
  const started = performance.now();
  const server = await startServer({
    port: 0,
    dataDir: undefined,
    token,
    addressing: "path",
    logLevel: "silent",
  });
  try {
    const targets = await prepare(server.url);
    const ledgers = targets.map((): Ledger => ({
      acknowledged: [],
      refused: 0,
      faults: [],
      isOver: false,
    }));
    const writers = targets.flatMap((target, index) => {
      const ledger = ledgers[index];
      return ledger === undefined ? [] : [writeAlone(target, ledger), writeInPairs(target, ledger)];
    });
    const acknowledged = () => ledgers.reduce((sum, each) => sum + each.acknowledged.length, 0);
    const rounds = killAll(kills, acknowledged, progress);
    // A writer ends by itself only where it met what must not be.
    const failed = Promise.all(writers).then(() => "writers");
    await Promise.race([rounds, failed]);
    for (const ledger of ledgers) ledger.isOver = true;
    await Promise.all(writers);
    const checks = await Promise.all(
      targets.map(async (target, index) => await check(target, ledgers[index]?.acknowledged ?? [])),
    );
    return {
      kills,
      databases: databaseCount,
      acknowledged: acknowledged(),
      refused: ledgers.reduce((sum, each) => sum + each.refused, 0),
      seconds: (performance.now() - started) / 1_000,
      faults: [...ledgers.flatMap((each) => each.faults), ...checks.flat()],
    };
  } finally {
    await server.stop();
  }
}

/** The one line that says it all. */
export function verdict(report: Report): string {
  const { kills, databases, acknowledged, refused, seconds, faults } = report;
  const outcome =
    faults.length === 0
      ? "no acknowledged row lost, every file intact, every refusal one that says to try again"
      : `${faults.length} faults:\n${faults.slice(0, 20).join("\n")}`;
  return (
    `${kills} kills in ${seconds.toFixed(0)} s over ${databases} databases, ` +
    `${acknowledged} rows acknowledged, ${refused} requests refused: ${outcome}`
  );
}

async function prepare(baseUrl: string): Promise<Target[]> {
  const { databases } = createPlatform({ baseUrl, token, organization: "local" });
  return await Promise.all(
    Array.from({ length: databaseCount }, async (_, index): Promise<Target> => {
      const name = `soak-${index}`;
      await databases.ensure(name, { location: "local" });
      const { url, authToken } = await databases.connect(name);
      return { name, url, token: authToken };
    }),
  );
}

async function killAll(
  kills: number,
  acknowledged: () => number,
  progress: (done: number, acknowledged: number) => void,
): Promise<void> {
  for (let done = 1; done <= kills; done++) {
    const enough = acknowledged() + rowsPerKill;
    while (acknowledged() < enough) await pause();
    const processes = engineProcesses(process.pid);
    // Each in its turn: the one that has been there longest.
    killHard(processes.slice(0, 1));
    progress(done, acknowledged());
  }
}

async function pause(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 2));
}
