import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import workerd from "workerd";

/** Starts workerd with `config.capnp`, on a free port. */
export async function startWorkerd(): Promise<{ url: string; stop: () => void }> {
  const config = fileURLToPath(new URL("../config.capnp", import.meta.url));
  const child = spawn(workerd.default, ["serve", "--control-fd=3", config], {
    stdio: ["ignore", "inherit", "inherit", "pipe"],
  });
  // Where it says on which port it listens.
  const control = child.stdio[3];
  if (!(control instanceof Readable)) throw new Error("workerd has no control pipe");
  return await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`workerd ended with ${code}`)));
    createInterface(control).on("line", (line) => {
      const { event, port }: { event: string; port?: number } = JSON.parse(line);
      if (event !== "listen") return;
      resolve({ url: `http://127.0.0.1:${port}`, stop: () => void child.kill() });
    });
  });
}
