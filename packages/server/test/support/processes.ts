import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";

interface ProcessRow {
  readonly pid: number;
  readonly parent: number;
  readonly state: string;
  readonly command: string;
}

/** The engine processes that a server started, by its process id. */
export function engineProcesses(serverPid: number): number[] {
  return processes()
    .filter(({ parent, command }) => parent === serverPid && command.includes("engine-process"))
    .filter(({ state }) => !state.startsWith("Z"))
    .map(({ pid }) => pid);
}

/** What a process keeps in memory, in bytes. */
export function memoryOf(pid: number): number {
  const kilobytes = execFileSync("ps", ["-o", "rss=", "-p", String(pid)], { encoding: "utf8" });
  return Number(kilobytes) * 1_024;
}

/** Whether a process runs; one that has ended and that nobody asked after does not. */
export function isAlive(pid: number): boolean {
  return processes().some((each) => each.pid === pid && !each.state.startsWith("Z"));
}

/** The files below a directory that a process holds open, each time it does; only Linux tells. */
export function openFiles(pid: number, directory: string): string[] {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).flatMap((descriptor) => {
    try {
      const file = readlinkSync(`${folder}/${descriptor}`);
      return file.startsWith(directory) ? [file] : [];
    } catch {
      return [];
    }
  });
}

/** Ends processes as no process can prevent. */
export function killHard(pids: readonly number[]): void {
  for (const pid of pids) process.kill(pid, "SIGKILL");
}

function processes(): ProcessRow[] {
  return process.platform === "linux" ? fromFiles() : fromListing();
}

/** As Linux tells without a process that is started for it: some tests ask every few milliseconds. */
function fromFiles(): ProcessRow[] {
  return readdirSync("/proc").flatMap((name) => {
    const pid = Number(name);
    if (!Number.isInteger(pid)) return [];
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
      // The name of the program comes before them, and may contain anything.
      const [state = "", parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      const command = readFileSync(`/proc/${pid}/cmdline`, "latin1").replaceAll("\0", " ");
      return [{ pid, parent: Number(parent), state, command }];
    } catch {
      // It has ended meanwhile.
      return [];
    }
  });
}

function fromListing(): ProcessRow[] {
  const listing = execFileSync("ps", ["-A", "-o", "pid=,ppid=,stat=,args="], { encoding: "utf8" });
  return listing.split("\n").flatMap((line) => {
    const [, pid, parent, state = "", command = ""] =
      /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    return pid === undefined ? [] : [{ pid: Number(pid), parent: Number(parent), state, command }];
  });
}
