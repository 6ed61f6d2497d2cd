import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, vi } from "vitest";

const command = fileURLToPath(new URL("../../bin/logicaldb.js", import.meta.url));

/** A `logicaldb` command that serves, and what it printed. */
export interface Started {
  readonly child: ChildProcess;
  readonly output: string;
  /** What it has said by now that went wrong. */
  readonly errors: () => string;
  readonly url: string;
  readonly token: string;
}

type Variables = Readonly<Record<string, string>>;

/** The `logicaldb` command in a directory of its own for each test. */
export class Command {
  readonly #children: ChildProcess[] = [];
  #directory = "";

  constructor() {
    beforeEach(() => {
      this.#directory = mkdtempSync(join(tmpdir(), "logicaldb-test-"));
    });
    afterEach(async () => {
      for (const child of this.#children.splice(0)) child.kill("SIGKILL");
      // Its engine processes may still write for a moment.
      await vi.waitFor(() => rmSync(this.#directory, { recursive: true, force: true }), 10_000);
    });
  }

  /** Where it runs. */
  get directory(): string {
    return this.#directory;
  }

  /** Those that were started in this test. */
  get children(): readonly ChildProcess[] {
    return this.#children;
  }

  /**
   * Runs it until it ends by itself; one that does not has no status.
   *
   * @param user the number of the user who runs it
   */
  run(flags: readonly string[], variables: Variables = {}, user?: number) {
    return spawnSync(process.execPath, [command, ...flags], {
      ...(user === undefined ? {} : { uid: user }),
      timeout: 30_000,
      killSignal: "SIGKILL",
      cwd: this.#directory,
      encoding: "utf8",
      env: { ...process.env, ...variables },
    });
  }

  /** Starts it on a free port, and reads what it prints until it is ready. */
  async start(
    flags: readonly string[] = [],
    variables: Variables = {},
    { isDetached = false } = {},
  ): Promise<Started> {
    const env = { LOGICALDB_PORT: "0", LOGICALDB_ADDRESSING: "path", ...variables };
    const child = spawn(process.execPath, [command, ...flags], {
      cwd: this.#directory,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...env },
      // In a group of its own, so that a signal can reach it as a whole.
      detached: isDetached,
    });
    this.#children.push(child);
    let output = "";
    let errors = "";
    child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
    await new Promise<void>((resolve, reject) => {
      child.stdout.on("data", (chunk: Buffer) => {
        output += chunk.toString();
        if (output.includes("Ctrl-C")) resolve();
      });
      child.once("exit", (status) => reject(new Error(`ended with ${status}: ${errors}`)));
    });
    const read = (name: string) => new RegExp(`${name}="?([^"\\s]+)`).exec(output)?.[1] ?? "";
    const [url, token] = [read("LOGICALDB_URL"), read("LOGICALDB_TOKEN")];
    return { child, output, errors: () => errors, url, token };
  }
}

/** Sends a signal, and waits for the end. */
export async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  const exit = new Promise<number | null>((resolve) => child.once("exit", resolve));
  child.kill(signal);
  return await exit;
}
