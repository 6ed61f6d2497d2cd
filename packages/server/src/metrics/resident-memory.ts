import { readFile } from "node:fs/promises";

/** The memory of a process that is in use, in bytes; undefined where the system does not tell. */
export async function residentMemory(pid: number): Promise<number | undefined> {
  try {
    const status = await readFile(`/proc/${pid}/status`, "utf8");
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  } catch {
    // It is no Linux, or the process has just ended.
    return undefined;
  }
}
