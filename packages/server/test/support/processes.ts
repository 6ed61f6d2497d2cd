import { execFileSync, spawnSync } from "node:child_process";

/** The engine processes that a server started, by its process id. */
export function engineProcesses(serverPid: number): number[] {
  const listing = execFileSync("ps", ["-A", "-o", "pid=,ppid=,args="], { encoding: "utf8" });
  return listing
    .split("\n")
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line))
    .filter((match) => match !== null)
    .filter(
      ([, , parent, command]) =>
        Number(parent) === serverPid && command?.includes("engine-process"),
    )
    .map(([, pid]) => Number(pid));
}

/** Ends processes as no process can prevent. */
export function killHard(pids: readonly number[]): void {
  for (const pid of pids) process.kill(pid, "SIGKILL");
}

/** Whether a process runs; one that has ended and that nobody asked after does not. */
export function isAlive(pid: number): boolean {
  const { stdout } = spawnSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" });
  return stdout.trim() !== "" && !stdout.trim().startsWith("Z");
}
