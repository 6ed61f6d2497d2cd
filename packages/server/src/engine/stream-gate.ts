import type { EngineProcess } from "./engine-process.ts";

/** Adds up the streams that are open in all engine processes, and tells those when there are enough. */
export class StreamGate {
  readonly #most: number;
  readonly #processes: () => Iterable<EngineProcess>;
  #isFull = false;

  /** @param most how many streams may be open in all */
  constructor(most: number, processes: () => Iterable<EngineProcess>) {
    this.#most = most;
    this.#processes = processes;
  }

  /** A process was started: it has to know, too. */
  joined(process: EngineProcess): void {
    if (this.#isFull) process.notify("streamsFull", 0);
  }

  /** The number of streams of a process changed, or a process ended. */
  changed(): void {
    let count = 0;
    for (const process of this.#processes()) count += process.openStreams;
    const isFull = count >= this.#most;
    if (isFull === this.#isFull) return;
    this.#isFull = isFull;
    for (const process of this.#processes()) {
      process.notify(isFull ? "streamsFull" : "streamsFree", 0);
    }
  }
}
