import type { EngineProcess } from "./engine-process.ts";

/**
 * Adds up the streams that are open in all engine processes. It tells them when there are enough in
 * all, and those that share a database how many of it the others have.
 */
export class StreamGate {
  readonly #most: number;
  readonly #processes: () => Iterable<EngineProcess>;
  /** What processes know that others have, by database; nothing where that is none. */
  readonly #told = new Map<EngineProcess, Map<string, number>>();
  #isFull = false;

  /** @param most how many streams may be open in all */
  constructor(most: number, processes: () => Iterable<EngineProcess>) {
    this.#most = most;
    this.#processes = processes;
  }

  /** A process was started: it has to know, too. */
  joined(process: EngineProcess): void {
    if (this.#isFull) process.notify("streamsFull", 0);
    this.#told.set(process, new Map());
  }

  /** A process ended, and its streams with it. */
  left(process: EngineProcess): void {
    this.#told.delete(process);
    this.#count();
    for (const [other, told] of this.#told) {
      for (const databaseId of told.keys()) this.takesOver(other, databaseId);
    }
  }

  /** The number of streams of a process, and of a database in it, changed. */
  changed(databaseId: string): void {
    this.#count();
    for (const [process, told] of this.#told) {
      if (told.has(databaseId)) this.takesOver(process, databaseId);
    }
  }

  /** A process goes on with a database: it has to know how many streams of it the others have. */
  takesOver(process: EngineProcess, databaseId: string): void {
    const told = this.#told.get(process);
    if (told === undefined) return;
    let elsewhere = 0;
    for (const other of this.#processes()) {
      if (other !== process) elsewhere += other.occupants.streamsOf(databaseId);
    }
    if (elsewhere === (told.get(databaseId) ?? 0)) return;
    if (elsewhere === 0) told.delete(databaseId);
    else told.set(databaseId, elsewhere);
    process.notifyOf("streamsElsewhere", databaseId, elsewhere);
  }

  #count(): void {
    let count = 0;
    for (const process of this.#processes()) count += process.occupants.streams;
    const isFull = count >= this.#most;
    if (isFull === this.#isFull) return;
    this.#isFull = isFull;
    for (const process of this.#processes()) {
      process.notify(isFull ? "streamsFull" : "streamsFree", 0);
    }
  }
}
